"""The history as a file: exactly the filtered events, one line each."""

import csv
import io
from uuid import uuid4

import pytest

from apps.core.csv import csv_answer
from apps.rights import services
from tests.factories import CompanyFactory, IntegrationFactory
from tests.files import text_of
from tests.history.helpers import happened, many, url


def rows(response):
    """Return the lines of a file as dictionaries."""
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(text_of(response))))


def test_each_event_is_a_line_with_codes(kh, company, access, catalogue, severa, change):
    change(severa, "customer.nv", "employee.nv")
    change(IntegrationFactory(), "customer.nv")
    services.block_traffic(access=access)
    response = kh.get(url(company, "csv/"))
    assert f'filename="changes-{company.business_id}.csv"' in response["Content-Disposition"]
    lines = rows(response)
    assert [line["Change code"] for line in lines] == [
        *["rights:close"] * 2,
        *["rights:allow"] * 2,
    ]
    assert lines[-1]["Allowed"] == "customer.nv employee.nv"
    assert lines[-1]["Subject"] == "Severa"
    assert lines[0]["Bulk change"] == lines[1]["Bulk change"] != ""


def test_the_file_holds_what_the_filter_finds(kh, company, severa, change):
    change(severa, "customer.nv")
    change(severa, "employee.nv")
    happened(CompanyFactory(), "rights:allow", "Theirs", bulk_id=uuid4())
    lines = rows(kh.get(url(company, "csv/"), {"resource": "employee.nv", "after": "[1]"}))
    assert [line["Allowed"] for line in lines] == ["employee.nv"]


def test_facts_and_reasons_are_told(kh, company):
    before, after = {"roles": []}, {"roles": ["KH"]}
    happened(company, "membership:edit", "Ann", before=before, after=after, reason="Asked")
    [line] = rows(kh.get(url(company, "csv/")))
    assert line["Details"] == "Roles: User administrator (KH) (before: none)"
    assert line["Reason"] == "Asked"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_runs_as_a_formula(kh, company, start):
    happened(company, "odd:thing", f"{start}1+1")
    text = text_of(kh.get(url(company, "csv/")))
    assert f"'{start}1+1" in text
    assert f"\"'{start}a" in text_of(csv_answer("x.csv", [f"{start}a"], []))


@pytest.mark.parametrize(("count", "blocks"), [(1, 1), (2500, 5)])
def test_events_are_read_in_blocks(kh, company, severa, count, blocks, django_assert_num_queries):
    many(company, count, severa)
    rows(kh.get(url(company, "csv/")))
    # Session, user, membership, census, catalogue, and the security record's line.
    with django_assert_num_queries(6 + blocks):
        assert len(rows(kh.get(url(company, "csv/")))) == count
