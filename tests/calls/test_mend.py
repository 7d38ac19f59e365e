"""What a refusal leads to is where it is mended: after the change there the call passes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.companies.rules import Function, Level
from apps.gateway.models import OlderSignature
from apps.gateway.rules import Check
from apps.identifiers.models import IdentifierStop
from tests.calls.conftest import choice
from tests.conftest import signed_in
from tests.factories import ApiIdentifierFactory, ListingFactory, MembershipFactory, set_of

pytestmark = pytest.mark.django_db
LEVELS = {Function.PAYROLL: Level.EDIT}


@pytest.fixture
def owner(company):
    """Whoever owns the identifier that is asked about."""
    return MembershipFactory(company=company, levels=LEVELS, user__name="Olga Owner")


@pytest.fixture
def identifier(company, owner):
    return ApiIdentifierFactory(owner=owner.user, made_in=company)


@pytest.fixture
def listing(company, severa, catalogue):
    """Severa may do everything that there is."""
    codes = [one.code for one in catalogue.resources]
    return ListingFactory(company=company, integration=severa, allowed=set_of(catalogue, codes))


@pytest.fixture
def mend(check, identifier, severa, editor):
    """Return a function that gives the check that fails now, and what opens its link."""

    def mend(code="customer.nv", by=None):
        page = check(by=by, **choice(identifier, severa, code)).context["page"]
        client = signed_in(by or editor.user)
        return page, client, client.get(page.mend.address, follow=True)

    return mend


@pytest.fixture
def passes(check, identifier, severa):
    """Return a function that tells whether the call passes now."""
    return lambda code="customer.nv": (
        check(**choice(identifier, severa, code)).context["page"].decision.allowed
    )


@pytest.mark.parametrize("listed", [True, False])
def test_a_blocked_resource_leads_to_its_switch(mend, passes, company, severa, listed):
    if listed:
        ListingFactory(company=company, integration=severa)
    page, client, there = mend()
    assert page.decision.failed is Check.RIGHT
    assert 'name="allow" aria-checked="false" aria-label="Import customer details"' in there.text
    address = there.context["page"].set_url
    client.post(address, {"allow": "customer.nv"})
    assert passes()


def test_a_stopped_identifier_leads_to_where_it_is_allowed_again(
    mend, passes, company, identifier, listing
):
    IdentifierStop.objects.create(company=company, identifier=identifier)
    _page, client, there = mend()
    again = f"{there.request['PATH_INFO']}{identifier.pk}/allow/"
    assert again in there.text
    client.post(again)
    assert passes()


def test_a_paused_identifier_leads_its_owner_to_it(mend, passes, owner, identifier, listing):
    identifier.paused_at = timezone.now()
    identifier.save()
    _page, client, there = mend(by=owner.user)
    resume = f"{there.redirect_chain[-1][0].partition('#')[0]}{identifier.pk}/resume/"
    assert resume in there.text
    client.post(resume)
    assert passes()


def test_to_others_it_is_said_who_can_resume_it(check, identifier, severa, listing):
    identifier.paused_at = timezone.now()
    identifier.save()
    page = check(**choice(identifier, severa, "customer.nv")).context["page"]
    assert not page.mend.address
    assert page.mend.said[-1] == "Only its owner, Olga Owner, can resume it."


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ({"levels": {}}, {Function.PAYROLL: Level.EDIT}),
        ({"valid_until": timezone.now() - timedelta(days=1)}, {"valid_until": ""}),
        ({"valid_from": timezone.now() + timedelta(days=1)}, {"valid_from": ""}),
    ],
)
def test_what_an_owner_lacks_leads_to_the_owners_rights(
    mend, passes, owner, listing, sent, member, change
):
    for name, value in member.items():
        setattr(owner, name, value)
    owner.save()
    _page, client, there = mend()
    client.post(there.request["PATH_INFO"], sent(owner, confirmed="1", **change))
    assert passes()


def test_the_role_that_an_owner_lacks_is_given_by_those_who_may(
    mend, passes, company, editor, owner, listing, sent
):
    page, _client, _there = mend("getemployee.nv")
    assert page.mend.said[-1].startswith("Somebody with the role TPK can give the role")
    tpk = MembershipFactory(company=company, editor=True, roles=["TPK"]).user
    page, client, there = mend("getemployee.nv", by=tpk)
    assert len(page.mend.said) == 1
    client.post(there.request["PATH_INFO"], sent(owner, confirmed="1", roles=["P"]))
    assert passes("getemployee.nv")


def test_an_owner_who_was_removed_leads_to_an_invitation(mend, passes, company, owner, listing):
    user = owner.user
    owner.delete()
    page, _client, there = mend()
    assert page.decision.failed is Check.COMPANY
    assert "Invite" in there.text
    MembershipFactory(company=company, user=user, levels=LEVELS)  # once it is accepted
    assert passes()


def test_one_that_ended_leads_its_owner_to_where_another_is_made(
    check, mend, company, owner, severa, identifier, listing
):
    identifier.deactivated_at = timezone.now()
    identifier.save()
    _page, client, there = mend(by=owner.user)
    assert "Create new API identifier" in there.text
    once = there.context["page"].button.once
    client.post(f"{there.request['PATH_INFO']}create/", {"once": once})
    another = owner.user.identifiers.first()
    assert another != identifier
    assert check(**choice(another, severa, "customer.nv")).context["page"].decision.allowed


def test_a_package_is_changed_elsewhere(check, company, identifier, severa, listing):
    company.package = "core"
    company.save()
    page = check(**choice(identifier, severa, "customer.nv")).context["page"]
    assert page.decision.failed is Check.PACKAGE
    assert page.mend.said[-1] == "The package is changed in Netvisor Store."


def test_an_older_signature_leads_to_where_it_is_accepted(
    send, check, company, editor, identifier, severa, listing
):
    until = timezone.now() + timedelta(days=1)
    older = OlderSignature.objects.create(company=company, algorithm="SHA256", until=until)
    request_id = send(identifier, severa, "customer.nv", algorithm="SHA256").request
    older.delete()
    page = check(request=request_id).context["page"]
    assert page.decision.failed is Check.SIGNATURE
    assert page.mend.address.endswith("/signatures/#sha256")
    sent = {"algorithm": "SHA256", "last_day": timezone.localdate().isoformat()}
    signed_in(editor.user).post(f"{page.mend.address.partition('#')[0]}accept/", sent)
    assert check(request=request_id).context["page"].decision.allowed


def test_a_clock_that_is_wrong_is_measured(send, check, identifier, severa, listing):
    answer = send(identifier, severa, "customer.nv", ago=3600)
    page = check(request=answer.request).context["page"]
    [late] = [line.cells[0] for line in page.lines if line.cells[0].mark == "failed"]
    assert late.said[0].endswith("The program's clock was 60 minutes behind.")
    assert page.verdicts[-1].said == "The call would pass now."
