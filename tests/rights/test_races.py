"""Two administrators at once, over real connections."""

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet
from tests.factories import AccountingOfficeFactory, IntegrationFactory, ListingFactory, set_of
from tests.races import at_once, waiting
from tests.rights.addresses import page_url, set_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("listed", [True, False])
def test_allowing_different_resources_at_once_loses_neither(
    press, company, catalogue, severa, listed
):
    if listed:
        ListingFactory(company=company, integration=severa)
    codes = ["customer.nv", "employee.nv"]
    at_once(*(press(set_url(company, severa), allow=code) for code in codes))
    assert Listing.objects.get(integration=severa).allowed == set_of(catalogue, codes)
    assert AuditEvent.objects.count() == 2


@pytest.mark.parametrize("attempt", range(5))
def test_block_all_racing_with_the_first_allow_ends_in_one_of_the_two_orders(
    press, company, catalogue, severa, attempt
):
    other = IntegrationFactory()
    ListingFactory(company=company, integration=other, allowed=ResourceSet([1]))
    at_once(
        press(page_url(company) + "block-traffic/"),
        press(set_url(company, severa), allow="customer.nv"),
    )
    assert not Listing.objects.get(integration=other).allowed
    events = AuditEvent.objects.order_by("pk")
    blocked_too = events.filter(bulk_id__isnull=False, subject="Severa").exists()
    last = list(events.filter(subject="Severa"))[-1].verb
    allowed = Listing.objects.get(integration=severa).allowed
    position = catalogue.by_code["customer.nv"].position
    assert allowed == (ResourceSet() if blocked_too else ResourceSet([position]))
    assert last == ("rights:close" if blocked_too else "rights:allow")


@pytest.mark.parametrize("what", ["first allow", "block all"])
def test_the_company_is_locked_before_its_listings(press, company, catalogue, severa, what):
    """While another holds the company, a change waits; afterwards it goes through."""
    actions = {
        "first allow": press(set_url(company, severa), allow="customer.nv"),
        "block all": press(page_url(company) + "block-traffic/"),
    }
    ListingFactory(company=company, allowed=ResourceSet([0]))
    with waiting(actions[what]):
        assert not AuditEvent.objects.exists()
    assert AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("taken", "answer"), [("membership", 404), ("level", 403), ("period", 403)]
)
def test_what_was_taken_while_a_change_waited_for_its_turn_counts(
    press, company, editor, catalogue, severa, taken, answer
):
    answers = []
    with waiting(press(set_url(company, severa), answers, allow="customer.nv")):
        if taken == "membership":
            editor.delete()
        elif taken == "level":
            type(editor).objects.update(levels={"interface_resources": "view"})
        else:
            type(editor).objects.update(valid_until=timezone.now())
    assert answers == [answer]
    assert not Listing.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_company_moved_while_a_change_waited_is_told_with_its_new_office(
    press, company, editor, catalogue, severa
):
    type(editor).objects.update(roles=["TPK"])
    other = AccountingOfficeFactory(name="New Office")
    with waiting(press(set_url(company, severa), allow="customer.nv")):
        type(company).objects.update(office=other)
    assert AuditEvent.objects.get().office == "New Office"
