"""What the history costs: flat, however much happened."""

from uuid import uuid4

import pytest

from tests.history.helpers import many, url

# session, user, membership, census, catalogue, heads; with bulk changes also what was made with
# them, and how many companies they reached; a filter says how many it found
PAGE, WITH_BULKS, FILTERED = 6, 8, 7


@pytest.mark.parametrize("count", [10, 10_000])
def test_statements_of_a_page_are_flat(kh, company, severa, count, django_assert_num_queries):
    many(company, count, severa)
    kh.get(url(company))
    with django_assert_num_queries(PAGE):
        assert "Older changes" in kh.get(url(company)).text or count == 10
    with django_assert_num_queries(FILTERED):
        kh.get(url(company), {"resource": "customer", "kind": "rights", "after": f"[{2**40}]"})


@pytest.mark.parametrize("count", [10, 1000])
def test_bulk_changes_cost_two_more(kh, company, severa, count, django_assert_num_queries):
    many(company, count, severa, bulk_ids=[uuid4() for _ in range(count // 5)])
    kh.get(url(company))
    with django_assert_num_queries(WITH_BULKS):
        kh.get(url(company))


@pytest.mark.parametrize("bulks", [0, 2])
@pytest.mark.parametrize("count", [10, 500])
def test_the_company_home_asks_once_more(
    kh, company, severa, count, bulks, django_assert_num_queries
):
    many(company, count, severa, bulk_ids=[uuid4() for _ in range(bulks)])
    home = f"/companies/{company.business_id}/"
    kh.get(home)
    # session, user, membership, rights with the catalogue, uses, members, ending identifiers, this
    with django_assert_num_queries(8):
        kh.get(home)
