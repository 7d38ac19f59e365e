"""When an identifier was used last: owners see where, KH and TPK only what happened here."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.companies.models import Membership
from apps.usage.models import Usage
from tests.factories import ApiIdentifierFactory, CompanyFactory


@pytest.fixture
def used():
    """Return a function that counts a use of an identifier, some hours ago."""

    def used(identifier, company, hours, resource="customer.nv", verdict=""):
        at = timezone.now() - timedelta(hours=hours)
        key = {"company": company.pk, "identifier": identifier.pk, "integration": 1}
        key |= {"resource": resource, "verdict": verdict, "day": timezone.localdate(at)}
        return Usage.objects.create(**key, count=1, last_at=at)

    return used


@pytest.fixture
def url(company):
    """Where the identifiers of the company are."""
    return f"/companies/{company.business_id}/api-identifiers/"


def test_the_owner_sees_when_where_and_how_it_was_answered(sign_in, editor, company, url, used):
    identifier = ApiIdentifierFactory(owner=editor.user, made_in=company)
    elsewhere = CompanyFactory(name="Elsewhere Ltd")
    used(identifier, company, 30)
    used(identifier, elsewhere, 2, verdict="blocked_for_integration")
    own = sign_in(editor.user).get(url).text.split('id="h-here"')[0]
    for said in ("Last used", "2 h ago", "Elsewhere Ltd", "customer.nv refused"):
        assert said in own


def test_others_see_only_what_happened_here_also_of_a_former_member(kh, worker, company, url, used):
    identifier = ApiIdentifierFactory(owner=worker.user, made_in=company)
    used(identifier, company, 30)
    used(identifier, CompanyFactory(name="Elsewhere Ltd"), 2)
    Membership.objects.filter(pk=worker.pk).delete()
    here = kh.get(url).text.split('id="h-here"')[1]
    assert identifier.user_id in here
    assert "customer.nv accepted" in here
    assert "2 h ago" not in here
    assert "Elsewhere Ltd" not in here
    assert identifier.key.reveal() not in here


def test_whoever_signs_wrongly_has_not_used_it(sign_in, editor, company, url, used):
    identifier = ApiIdentifierFactory(owner=editor.user, made_in=company)
    used(identifier, company, 2, resource="", verdict="wrong_signature")
    page = sign_in(editor.user).get(url).text
    assert identifier.user_id in page
    assert "2 h ago" not in page
