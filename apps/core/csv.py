"""Tables as files for spreadsheets."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

BYTE_ORDER_MARK = "\ufeff"
"""By it a spreadsheet knows UTF-8."""
SEPARATORS = {"fi": ";", "sv": ";"}
"""Where a comma stands in numbers, spreadsheets part cells by a semicolon."""
FORMULA = re.compile(r"(^|[;,\t\r\n])(?=[ \n\"']*[\t\r=+\-@＝＋－＠])")
"""Where a spreadsheet may take what follows for a formula, whatever it parts cells by."""


def csv_answer(
    filename: str, heads: Sequence[object], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Answer rows as a CSV file that opens in the spreadsheet of the reader's language.

    None of its cells can run as a formula, in no program.
    """
    answer = HttpResponse(
        BYTE_ORDER_MARK,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
    separator = SEPARATORS.get(get_language() or "", ",")
    writer = csv.writer(answer, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow([_cell(head) for head in heads])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return answer


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    return FORMULA.sub(r"\1'", "" if value is None else str(value))
