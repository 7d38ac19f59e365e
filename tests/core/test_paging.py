"""Pages by key: every row once, whatever goes meanwhile, and none read in vain."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.companies.models import Company
from apps.core.paging import page_by, page_of

pytestmark = pytest.mark.django_db
ORDER = ["name_sorted", "business_id"]


@pytest.fixture
def companies():
    """400 companies, ten of each name, which databases would sort in ways of their own."""
    names = [f"{'ZÅäÖvWa-'[number // 10 % 8]}{number // 80}" for number in range(400)]
    Company.objects.bulk_create(
        Company(name=name, business_id=f"{number:07}-0") for number, name in enumerate(names)
    )
    return list(Company.objects.order_by(*ORDER))


def walk(size, gone=()):
    """Yield every row, page by page; those whose place is in ``gone`` go once they were shown."""
    after, place = None, 0
    while True:
        page = page_by(Company.objects.all(), ORDER, after=after, size=size)
        for row in page.rows:
            yield row
            if place in gone:
                row.delete()
            place += 1
        if (after := page.next_key) is None:
            return


@pytest.mark.parametrize("size", [1, 7, 10, 400])
def test_every_row_is_shown_once_in_order(companies, size):
    assert list(walk(size)) == companies


def test_a_row_that_went_hides_none(companies):
    shown = [row.business_id for row in walk(10, gone={9, 19, 25})]
    assert shown == [one.business_id for one in companies]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL for its plan")
def test_a_page_far_behind_reads_no_row_in_vain(companies):
    """Without the range that an index can follow, the rows before it are read and dropped."""
    last = companies[-21]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        key = [last.name_sorted, last.business_id]
        page = page_by(Company.objects.all(), ORDER, after=key, size=10)
    assert page.rows == companies[-20:-10]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN ANALYZE {asked[0]['sql']}")
        plan = "\n".join(line for [line] in cursor.fetchall())
    assert "company_by_name" in plan, plan
    dropped = sum(map(int, re.findall(r"Rows Removed by Filter: (\d+)", plan)))
    assert dropped <= 10, plan  # those of the same name


@pytest.mark.parametrize("order", [ORDER, ["-name_sorted", "business_id"], ["-business_id"]])
@pytest.mark.parametrize("gone", [False, True])
def test_known_keys_are_paged_as_rows_are(companies, order, gone):
    rows = Company.objects.order_by(*order)
    columns = [name.removeprefix("-") for name in order]
    keys = {one.pk: [getattr(one, name) for name in columns] for one in rows}
    for place in (0, 9, 199, 398, 399):
        key = [*list(keys.values())[place]]
        if gone:
            key[-1] += "0"
        page = page_by(rows, order, after=key, size=10)
        known = page_of(keys, order, after=key, size=10)
        assert list(known.rows) == [one.pk for one in page.rows]
        assert known.next_key == page.next_key
