"""Files for spreadsheets: read with either separator, no cell of theirs is a formula."""

import csv
import io

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.core.csv import csv_answer
from tests.files import text_of

TEXTS = st.text(alphabet="=+-@＝;,\"'\t\r\n aÄ", max_size=12)


def written(rows, language="en"):
    with translation.override(language):
        answer = csv_answer("x.csv", ["Head"], rows)
    return text_of(answer)


@pytest.mark.parametrize("language", ["en", "fi"])
@given(rows=st.lists(st.lists(TEXTS, min_size=1, max_size=3), max_size=3))
def test_no_cell_begins_with_a_formula_sign_whatever_parts_the_cells(rows, language):
    text = written(rows, language)
    for separator in ",;":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in row:
                assert not cell.lstrip(' "\t\r\n').startswith(tuple("=+-@＝")), (text, cell)


@pytest.mark.parametrize(("language", "separator"), [("en", ","), ("fi", ";"), ("sv", ";")])
def test_it_opens_in_the_spreadsheet_of_the_language(language, separator):
    with translation.override(language):
        answer = csv_answer("x.csv", ["Name", "Number"], [["Åbo", 1]])
    sent = answer.getvalue()
    assert sent.startswith(b"\xef\xbb\xbf")
    lines = sent.decode("utf-8-sig").splitlines()
    assert lines == [f'"Name"{separator}"Number"', f'"Åbo"{separator}"1"']
