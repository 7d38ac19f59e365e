"""What the pages of the security record cost: flat, however much happened."""

import pytest

from apps.security.models import SecurityEvent
from apps.security.rules import Verb
from tests.factories import MembershipFactory
from tests.security.test_pages import signed_in


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 60])
def test_statements_are_flat(company, count, django_assert_num_queries):
    kh = MembershipFactory(company=company, editor=True).user
    client = signed_in(kh)
    who = {"person_id": kh.pk, "person": str(kh), "verb": Verb.SIGNED_IN}
    SecurityEvent.objects.bulk_create(SecurityEvent(**who) for _ in range(count))
    with django_assert_num_queries(3):  # session, user, events
        client.get("/accounts/events/")
    with django_assert_num_queries(5):  # session, user, membership, members, events
        client.get(f"/companies/{company.business_id}/sign-ins/")
