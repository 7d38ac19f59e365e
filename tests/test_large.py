"""Every page of a large installation, on a smaller copy: what it asks, and how rows are found.

``make bench ARGS=large`` measures the same on the whole.
"""

import pytest
from django.db import connection

from apps.resources.services import sync
from scripts.large_world import LargeWorld, Size
from scripts.plans import Visitors, listening

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="plans are PostgreSQL's, and so is what fills it"
)
COPY = Size(1_000, clients=60, people=60, happened=300, events=3_000)


@pytest.fixture
def large(db):
    """A smaller copy of the large world, in which every row that is read costs as if by thousands.

    Tables of this size are quickly read whole: so PostgreSQL would else choose.
    """
    sync()
    world = LargeWorld(COPY)
    world.fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
        for cost in ("cpu_tuple_cost", "cpu_index_tuple_cost", "cpu_operator_cost"):
            cursor.execute(f"SET LOCAL {cost} = 10")
    return world


def test_every_page_asks_few_short_statements_and_reads_only_what_is_seen(large):
    visitors = Visitors(large.people)
    faults = {page.name: visitors.look(page)["faults"] for page in large.pages()}
    assert {name: found for name, found in faults.items() if found} == {}
    assert len(faults) > 80


def test_what_reads_a_table_whole_is_noticed(large):
    with listening() as asked, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM companies_company WHERE upper(name) LIKE '%%X%%'")
        cursor.execute("SELECT id FROM accounts_user WHERE id > 0 AND is_staff")
    whole, in_vain = (one.faults(sees=50) for one in asked)
    assert "companies_company" in whole[0]
    assert "accounts_user are read in vain" in in_vain[0]
