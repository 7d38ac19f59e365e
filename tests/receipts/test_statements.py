"""What the review costs: flat, however much is in the list, the history and the log."""

import pytest

from tests.factories import ApiIdentifierFactory, ListingFactory, MembershipFactory
from tests.history.helpers import many

pytestmark = pytest.mark.django_db

# session, user, membership; the rights
LIST = 4
# the same; usage, the history of the integration, its identifiers
ONE = 7
# the same; who can grant
READERS = 8


@pytest.mark.parametrize("count", [1, 20])
def test_statements_are_flat(
    kh, sign_in, reader, url, listed, used, company, count, django_assert_num_queries
):
    owner = MembershipFactory(company=company).user
    for number in range(count):
        ListingFactory(company=company)
        ApiIdentifierFactory(owner=owner, made_in=company, integration=listed)
        used(listed, "customer.nv", ago=number)
    many(company, 50 * count, listed)
    kh.get(url(listed))
    for client, address, most in [
        (kh, url(), LIST),
        (kh, url(listed), ONE),
        (sign_in(reader.user), url(listed), READERS),
    ]:
        with django_assert_num_queries(most):
            assert client.get(address).status_code == 200


def test_the_answer_costs_no_more_than_a_press(kh, url, listed, django_assert_max_num_queries):
    seen = kh.get(url(listed)).context["page"].seen
    with django_assert_max_num_queries(12):
        kh.post(url(listed, "still-right/"), {"seen": seen})
