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
    """A smaller copy of the large world, in which PostgreSQL uses an index wherever there is one.

    Tables of this size are quickly read whole: so it would else choose.
    """
    sync()
    world = LargeWorld(COPY)
    world.fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    return world


def matters(fault):
    """Tell what is wrong in a small table too: there, to follow an index to its end is no fault."""
    return not fault.endswith("without a condition")


def test_every_page_asks_few_short_statements_and_reads_nothing_in_vain(large):
    visitors = Visitors(large.people)
    looked = {page.name: visitors.look(page)["faults"] for page in large.pages()}
    wrong = {name: list(filter(matters, found)) for name, found in looked.items()}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert len(looked) > 80


def test_what_reads_a_table_whole_is_noticed(large):
    with listening() as asked, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM companies_company WHERE upper(name) LIKE '%%X%%'")
        cursor.execute("SELECT id FROM accounts_user WHERE id > 0 AND is_staff")
    whole, in_vain = (one.faults(sees=50) for one in asked)
    assert "companies_company" in whole[0]
    assert "accounts_user are read in vain" in in_vain[0]
