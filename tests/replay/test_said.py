"""Before a change, or with Undo after it, people are told which calls so far it refuses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.companies.rules import Function, Level, Role
from apps.resources.rules import EVERYTHING
from apps.usage.models import Usage
from tests.conftest import signed_in
from tests.factories import (
    ApiIdentifierFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
)
from tests.rights.addresses import HTMX, page_url, set_url

pytestmark = pytest.mark.django_db
YOUNG = "Year-end jobs are not in this log."


@pytest.fixture
def owner(company):
    """A member whose identifier is used."""
    levels = {Function.SALES_INVOICES: Level.EDIT}
    return MembershipFactory(company=company, levels=levels, user__name="Will Worker")


@pytest.fixture
def identifier(owner, company):
    return ApiIdentifierFactory(owner=owner.user, made_in=company)


@pytest.fixture
def used(company, severa, identifier):
    """Return a function that counts accepted calls of Severa on some days."""
    ListingFactory(company=company, integration=severa, allowed=EVERYTHING)

    def used(*days, code="salesinvoice.nv", count=1, **more):
        for day in days:
            key = {"integration": severa.pk, "identifier": identifier.pk, "verdict": "", **more}
            made = {"company": company.pk, "resource": code, "count": count}
            Usage.objects.create(day=day, last_at=timezone.now(), **made, **key)

    return used


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


def ago(days):
    return timezone.localdate() - timedelta(days=days)


def month_ends(count):
    """Return the last days of as many months before this one."""
    found, first = [], timezone.localdate().replace(day=1)
    for _ in range(count):
        found.append(first - timedelta(days=1))
        first = found[-1].replace(day=1)
    return found


def asked(client, company):
    return client.get(page_url(company) + "block-traffic/", headers=HTMX).text


def test_the_question_before_all_is_blocked_says_what_it_would_have_refused(client, company, used):
    used(*month_ends(12), count=3)
    used(ago(370), code="customer.nv", count=4_176)
    used(ago(5), code="customer.nv", verdict="paused")
    text = asked(client, company)
    assert "This would have refused 4,212 of the 4,212 calls accepted in the last 400 days." in text
    assert "Severa, Import sales invoice, 36 times each month&#x27;s last day, last" in text
    assert YOUNG not in text


def test_what_was_used_once_in_a_year_is_named_first(client, company, used):
    used(*(ago(days) for days in range(1, 40)), code="customer.nv", count=100)
    used(ago(330), code="salesinvoice.nv")
    text = asked(client, company)
    assert text.index("Import sales invoice, once,") < text.index("Import customer details, 3,900")
    assert YOUNG in text


def test_no_log_never_says_that_nothing_stops(client, company, severa):
    ListingFactory(company=company, integration=severa, allowed=EVERYTHING)
    text = asked(client, company)
    assert "No accepted calls are in the log, so nobody can tell what this stops." in text
    assert "none of the" not in text


def test_what_is_refused_already_is_no_loss(client, company, used, identifier):
    used(ago(3))
    used(ago(4), count=1_200)
    identifier.paused_at = timezone.now()
    identifier.save()
    text = asked(client, company)
    said = "1,201 calls accepted in the last 400 days would be refused today even without this."
    assert f"All {said}" in text
    assert "none of the" not in text
    assert YOUNG in text


def test_what_is_refused_already_is_told_beside_what_would_be(
    client, company, owner, used, identifier
):
    used(ago(3))
    paused = {"owner": owner.user, "made_in": company, "paused_at": timezone.now()}
    used(ago(3), count=2, identifier=ApiIdentifierFactory(**paused).pk)
    text = asked(client, company)
    assert "This would have refused 1 of the 3 calls accepted in the last 400 days." in text
    assert "2 of them would be refused today even without this." in text


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize("what", ["all", "beyond", "section:sales"])
def test_blocking_several_says_it_beside_undo(client, company, severa, used, what, headers):
    used(ago(3), ago(4), count=2)
    used(ago(3), code="getemployee.nv")
    url = set_url(company, severa)
    text = client.post(url, {"block": what}, headers=headers, follow=True).text
    assert "it would have refused 4: Severa, Import sales invoice, 4 times, last" in text
    assert "Undo" in text


def test_blocking_one_says_nothing_of_it(client, company, severa, used):
    used(ago(3))
    answer = client.post(set_url(company, severa), {"block": "salesinvoice.nv"}, headers=HTMX)
    assert "would have refused" not in answer.text


def test_a_person_is_removed_knowing_what_stops(kh, base, owner, used):
    used(ago(3))
    text = kh.post(f"{base}{owner.pk}/remove/").text
    assert "This would have refused the 1 call accepted" in text
    assert "Severa, Import sales invoice, once," in text


def test_who_may_not_see_the_rights_is_told_the_number_alone(base, company, owner, used):
    used(ago(3))
    levels = {Function.USERS_AND_ROLES: Level.EDIT}
    admin = MembershipFactory(company=company, roles=[Role.KH], levels=levels)
    text = signed_in(admin.user).post(f"{base}{owner.pk}/remove/").text
    assert "This would have refused the 1 call accepted" in text
    assert "Severa" not in text


def test_an_identifier_is_deactivated_knowing_what_stops(owner, company, identifier, used):
    used(ago(3))
    url = f"/companies/{company.business_id}/api-identifiers/{identifier.pk}/deactivate/"
    text = signed_in(owner.user).get(url).text
    assert "This would have refused the 1 call accepted" in text
    assert "Severa, Import sales invoice, once," in text


def test_an_identifier_that_is_stopped_says_what_it_would_have_refused(
    client, company, identifier, used
):
    used(ago(3))
    url = f"/companies/{company.business_id}/api-identifiers/{identifier.pk}/stop/"
    text = client.post(url, follow=True).text
    assert "it would have refused 1: Severa, Import sales invoice, once," in text


def test_a_custom_integration_that_the_company_does_not_know_is_not_named(
    client, company, used, identifier
):
    secret = IntegrationFactory(custom=True, name_en="Secret Bridge")
    ListingFactory(company=company, integration=None, allowed=EVERYTHING)
    used(ago(3), integration=secret.pk)
    text = asked(client, company)
    assert "a custom integration that is not in the list, Import sales invoice, once," in text
    assert "Secret" not in text


@pytest.mark.parametrize("lines", [1, 4])
def test_the_question_costs_the_same_whatever_was_used(
    client, company, used, lines, django_assert_max_num_queries
):
    for number in range(lines):
        used(
            ago(3),
            code=["customer.nv", "customerlist.nv", "salesinvoice.nv", "employee.nv"][number],
        )
    asked(client, company)
    with django_assert_max_num_queries(8):
        asked(client, company)


def test_calls_of_other_companies_count_nowhere(client, company, used):
    used(ago(3))
    Usage.objects.update(company=company.pk + 1)
    assert "No accepted calls" in asked(client, company)
