"""Putting a change of rights back from the history."""

import re

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import AuditEvent
from apps.companies.access import enter
from apps.companies.rules import Capability, Role
from apps.companies.texts import NEEDS
from apps.history.reads import target
from apps.resources.models import Listing
from apps.resources.rules import NOTHING, ResourceSet
from apps.rights import services
from apps.rights.services import put_back as put_back_change
from tests.factories import (
    ApiIdentifierFactory,
    IntegrationFactory,
    MembershipFactory,
    set_of,
)
from tests.history.helpers import happened, url
from tests.work import mails


def offered(page):
    """Return the numbers of the events that a page offers to put back."""
    return [int(pk) for pk in re.findall(r'name="event" value="(\d+)"', page.text)]


def put_back(kh, company, event_id, **kwargs):
    return kh.post(url(company, "put-back/"), {"event": event_id}, **kwargs)


def test_a_section_is_put_back_exactly(kh, company, severa, catalogue, change):
    change(severa, "customer.nv")
    done = change(severa, "customer.nv", "customerlist.nv", "salesinvoice.nv")
    page = put_back(kh, company, done.event_id, follow=True)
    assert Listing.objects.get(integration=severa).allowed == set_of(catalogue, ["customer.nv"])
    assert "Undone: 2 resources are as they were before for Severa." in page.text
    assert "undone, 2 resources of Sales blocked" in page.text


def test_only_the_newest_change_of_each_integration_is_offered(kh, company, severa, change):
    change(severa, "customer.nv")
    newest = change(severa, "employee.nv")
    other = change(IntegrationFactory(), "employee.nv")
    general = change(None, "employee.nv")
    page = kh.get(url(company))
    assert offered(page) == [general.event_id, other.event_id, newest.event_id]


def test_others_say_that_something_was_changed_since(kh, company, severa, sign_in, change):
    change(severa, "customer.nv")
    change(severa, "employee.nv")
    assert kh.get(url(company)).text.count(">Changed after this<") == 1
    auditor = MembershipFactory(company=company, roles=[Role.TT])
    assert "Changed after this" not in sign_in(auditor.user).get(url(company)).text


def test_what_was_left_blocked_stands_in_no_ones_way(kh, company, severa, change):
    done = change(severa, "customer.nv")
    left = bytes(ResourceSet([1]))
    happened(company, "rights:leave", "Severa", kind="integration", pk=severa.pk, removed=left)
    assert offered(kh.get(url(company))) == [done.event_id]
    assert put_back(kh, company, done.event_id).status_code == 302
    assert not Listing.objects.get(company=company).allowed


def test_the_newest_counts_beyond_the_filter(kh, company, severa, change):
    change(severa, "customer.nv")
    change(severa, "employee.nv")
    assert offered(kh.get(url(company), {"resource": "customer.nv"})) == []


def test_listing_alone_is_not_offered(kh, company, severa, change):
    change(severa, "customer.nv", allow=False)
    assert offered(kh.get(url(company))) == []


def test_blocking_all_traffic_is_not_put_back(kh, company, access, catalogue, severa, change):
    change(severa, "customer.nv")
    change(None, "customer.nv")
    services.block_traffic(access=access)
    assert offered(kh.get(url(company))) == []
    for event in AuditEvent.objects.filter(verb="rights:close"):
        assert put_back(kh, company, event.pk).status_code == 404
    assert not any(listing.allowed for listing in Listing.objects.all())


@pytest.mark.parametrize("general", [True, False])
def test_what_moved_on_is_said_and_nothing_is_changed(kh, company, severa, change, general):
    target = None if general else severa
    first = change(target, "customer.nv")
    change(target, "employee.nv")
    page = put_back(kh, company, first.event_id)
    assert page.status_code == 409
    assert "the rights have been changed since" in page.text
    assert "<h1>Change history</h1>" in page.text
    assert len(Listing.objects.get(company=company).allowed) == 2


def test_the_filter_is_kept(kh, company, severa, change):
    done = change(severa, "customer.nv")
    page = kh.get(url(company), {"resource": "customer.nv"})
    address = re.search(r'id="put-back" method="post" action="([^"]+)"', page.text)[1]
    answer = kh.post(address, {"event": done.event_id})
    assert answer.headers["Location"] == url(company, "?resource=customer.nv")


@pytest.mark.parametrize("event", ["", "x", "0", "9" * 30, "\0"])
def test_nonsense_is_not_found(kh, company, event):
    assert put_back(kh, company, event).status_code == 404


def test_what_is_no_change_of_rights_here_is_not_found(kh, company, severa, sign_in, change):
    elsewhere = MembershipFactory(editor=True)
    mine = change(severa, "customer.nv").event_id
    assert put_back(sign_in(elsewhere.user), elsewhere.company, mine).status_code == 404
    thing = happened(company, "odd:thing", "x", kind="integration", pk=severa.pk)
    assert put_back(kh, company, thing.pk).status_code == 404
    unknown = happened(company, "rights:allow", "x", kind="integration", pk=severa.pk + 99)
    assert put_back(kh, company, unknown.pk).status_code == 404


def test_an_auditor_may_not(sign_in, company, severa, change):
    done = change(severa, "customer.nv")
    auditor = MembershipFactory(company=company, roles=[Role.TT])
    page = put_back(sign_in(auditor.user), company, done.event_id)
    assert page.status_code == 403
    assert page.context["needs"] == NEEDS[Capability.EDIT_RIGHTS]
    assert Listing.objects.get(company=company).allowed != NOTHING


def test_the_service_needs_the_right_and_the_lock(company, editor, reader, severa, change):
    done = change(severa, "customer.nv")
    for access in (enter(editor, editor.user), enter(reader, reader.user, locked=True)):
        with pytest.raises(PermissionDenied):
            put_back_change(access, target(access, done.event_id), done.event_id)
    assert Listing.objects.get(company=company).allowed != NOTHING


def test_a_block_offers_to_review_instead(kh, company, access, severa, change):
    change(severa, "customer.nv")
    services.block_traffic(access=access)
    assert "Review and reopen" in kh.get(url(company)).text
    change(severa, "customer.nv")
    assert "Review and reopen" not in kh.get(url(company)).text


def test_opening_the_address_leads_to_the_history(kh, company):
    assert kh.get(url(company, "put-back/")).headers["Location"] == url(company)


def test_what_was_stopped_is_allowed_again_from_here(kh, company):
    one = ApiIdentifierFactory(owner=MembershipFactory(company=company).user, made_in=company)
    stop = f"/companies/{company.business_id}/api-identifiers/{one.pk}/stop/"
    allow, filtered = url(company, f"allow-again/{one.pk}/"), "?kind=identifiers"
    for _ in range(2):
        kh.post(stop)
        page = kh.get(url(company) + filtered).text
        assert page.count(f'formaction="{allow}{filtered}"') == 1  # an earlier stop is over
        again = kh.post(allow + filtered, follow=True)
        assert again.redirect_chain == [(url(company) + filtered, 302)]
        assert f"{one.user_id} is allowed in this company again." in again.text
        assert allow not in again.text
    assert not one.stops.exists()
    assert len(mails()) == 4  # the owner is told each time


def test_who_does_not_oversee_identifiers_allows_none_again(kh, company, sign_in):
    one = ApiIdentifierFactory(owner=MembershipFactory(company=company).user, made_in=company)
    kh.post(f"/companies/{company.business_id}/api-identifiers/{one.pk}/stop/")
    auditor = sign_in(MembershipFactory(company=company, roles=[Role.TT]).user)
    assert "stopped in this company" in auditor.get(url(company)).text
    allow = url(company, f"allow-again/{one.pk}/")
    assert allow not in auditor.get(url(company)).text
    assert auditor.post(allow).status_code == 403
    assert one.stops.exists()
