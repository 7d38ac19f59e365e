"""What checking a call costs: flat, however much is in the log, the list and the history."""

import pytest

from tests.calls.conftest import choice
from tests.factories import ApiIdentifierFactory, ListingFactory, MembershipFactory
from tests.history.helpers import many

pytestmark = pytest.mark.django_db

# session, user, membership; the identifier or the row of the log, facts, changes
CHECK = 6
# session, user, membership; identifiers and integrations; the row of the log that there is not
FORM, NOT_FOUND = 5, 6


@pytest.mark.parametrize("count", [1, 20])
def test_statements_of_a_check_are_flat(
    send, check, company, severa, count, django_assert_num_queries
):
    owner = MembershipFactory(company=company).user
    for _ in range(count):
        identifier = ApiIdentifierFactory(owner=owner, made_in=company)
        ListingFactory(company=company)
        answer = send(identifier, severa, "customer.nv")
    many(company, 100 * count, severa)
    asked = choice(identifier, severa, "customer.nv")
    check(**asked)
    for wanted in (asked, {**asked, "at": "2026-01-01T00:00"}, {"request": answer.request}):
        with django_assert_num_queries(CHECK):
            assert "page" in check(**wanted).context
    for wanted, most in [({}, FORM), ({"request": "ZZZZ-ZZZZ-ZZZZ"}, NOT_FOUND)]:
        with django_assert_num_queries(most):
            check(**wanted)
