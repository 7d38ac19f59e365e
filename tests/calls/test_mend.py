"""What a refusal leads to is where it is mended: after the change there the call passes."""

import random
from dataclasses import dataclass, field
from functools import cache

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.calls.rules import Mark
from apps.companies.models import Company, Membership
from apps.companies.rules import Function, Level, Role
from apps.gateway.models import OlderSignature
from apps.gateway.rules import Why
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import Hindrance
from apps.resources.models import Integration
from apps.resources.rules import Verdict
from apps.usage.models import ApiRequest
from tests.calls.conftest import send_signed
from tests.calls.test_check import DAY, a_world
from tests.conftest import signed_in
from tests.factories import (
    ApiIdentifierFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
    UserFactory,
    set_of,
)

pytestmark = pytest.mark.django_db
LEVELS = {Function.PAYROLL: Level.EDIT}
FEWEST, WORLDS, TRIES = 10, 100, 12
"""So many random worlds are mended: till every verdict was met; so much is wrong in one at most."""


@dataclass
class Program:
    """A program that calls a company, and everybody who can mend what is wrong with its calls."""

    company: Company
    identifier: ApiIdentifier
    integration: Integration
    code: str
    owner: Membership | None
    office: Membership
    catalogue: object
    sent: object
    browser: object
    how: dict = field(default_factory=dict)

    def asks(self):
        """Send a call for real, and return the answer."""
        keys = self.identifier, self.integration, self.code
        return send_signed(*keys, where=self.company, **self.how)

    def page(self, user, request):
        """Return what Check a call shows somebody of a call that was made; none to outsiders."""
        address = reverse("check_call", args=[self.company.business_id])
        answer = self.browser(user).get(address, {"request": request})
        return answer.context["page"] if answer.status_code == 200 else None

    def open(self, user, request):
        """Follow the link of the check that fails, and return who follows it and what opens."""
        client = self.browser(user)
        return client, client.get(self.page(user, request).mend.address, follow=True)


def allow(program, request):
    client, there = program.open(program.office.user, request)
    assert f'id="r-{program.catalogue.by_code[program.code].position}"' in there.text
    client.post(there.context["page"].set_url, {"allow": program.code})


def allow_again(program, request):
    client, there = program.open(program.office.user, request)
    client.post(f"{there.request['PATH_INFO']}{program.identifier.pk}/allow/")


def resume(program, request):
    client, there = program.open(program.owner.user, request)
    here = there.redirect_chain[-1][0].partition("#")[0]
    client.post(f"{here}{program.identifier.pk}/resume/")


def create_another(program, request):
    """The owner creates another; where the owner cannot, a colleague does."""
    user = program.owner.user if program.owner else program.office.user
    page = program.page(user, request)
    if page is None or "or a colleague can create" in page.mend.said[-1]:
        user = program.office.user
        client = program.browser(user)
        there = client.get(reverse("api_identifiers", args=[program.company.business_id]))
    else:
        client, there = program.open(user, request)
    once = there.context["page"].button.once
    client.post(f"{there.request['PATH_INFO']}create/", {"once": once})
    program.identifier = user.identifiers.latest("pk")


def change_the_owner(program, request):
    client, there = program.open(program.office.user, request)
    levels = {name.value: level.value for name, level in LEVELS.items()}
    wanted = {"valid_from": "", "valid_until": "", "roles": [Role.P.value], **levels}
    sent = program.sent(program.owner, confirmed="1", **wanted)
    client.post(there.request["PATH_INFO"], sent)


def invite_the_owner(program, request):
    _client, there = program.open(program.office.user, request)
    assert there.request["PATH_INFO"].endswith("/users/invite/")
    user, company = program.identifier.owner, program.company
    program.owner = MembershipFactory(user=user, company=company, levels=LEVELS)  # once accepted


def accept_the_signature(program, request):
    client, there = program.open(program.office.user, request)
    sent = {"algorithm": program.how["algorithm"], "last_day": timezone.localdate().isoformat()}
    client.post(f"{there.request['PATH_INFO']}accept/", sent)


def in_administration(program, request, thing, **changed):
    """Change something as site staff; the page names no place for it, and says who can be asked."""
    seen = program.page(program.office.user, request).mend
    assert seen.said[-1]
    assert not seen.address
    client = signed_in(UserFactory(is_staff=True, is_superuser=True))
    address = reverse(f"admin:{thing._meta.label_lower.replace('.', '_')}_change", args=[thing.pk])
    form = client.get(address).context["adminform"].form
    now = {name: form[name].value() for name in form.fields}
    answer = client.post(address, {name: one for name, one in (now | changed).items() if one})
    assert answer.status_code == 302
    thing.refresh_from_db()


def change_the_package(program, request):
    in_administration(program, request, program.company, package="premium")


def open_the_account(program, request):
    in_administration(program, request, program.identifier.owner, is_active="on")


def ask_the_vendor(program, request):
    """The program is corrected: its clock, what it asks, as which integration, and how often."""
    lines = program.page(program.office.user, request).lines
    failed = [cell for line in lines for cell in line.cells if cell.mark is Mark.FAILED]
    assert any(cell.said[-1].startswith("Ask the vendor") for cell in failed)
    program.how = {}
    program.code = "customer.nv"
    if program.integration.retired or program.integration.available_only is not None:
        program.integration = IntegrationFactory()


TABLE = {
    Why.OLDER_SIGNATURE: accept_the_signature,
    Why.NOT_TIMELY: ask_the_vendor,
    Why.NO_SUCH_COMPANY: invite_the_owner,
    Why.NOT_FOR_WORKBOOKS: create_another,
    Why.PACKAGE: change_the_package,
    Why.NO_SUCH_RESOURCE: ask_the_vendor,
    Why.RETIRED_RESOURCE: ask_the_vendor,
    Why.OWNER_ROLE: change_the_owner,
    Why.RETIRED_INTEGRATION: ask_the_vendor,
    Hindrance.DEACTIVATED: create_another,
    Hindrance.EXPIRED: create_another,
    Hindrance.ACCOUNT_CLOSED: open_the_account,
    Hindrance.MEMBERSHIP_ENDED: change_the_owner,
    Hindrance.MEMBERSHIP_NOT_YET: change_the_owner,
    Hindrance.NO_FUNCTION: change_the_owner,
    Hindrance.PAUSED: resume,
    Hindrance.STOPPED: allow_again,
    Verdict.NOT_AVAILABLE: ask_the_vendor,
    Verdict.BLOCKED_IN_GENERAL: allow,
    Verdict.BLOCKED_FOR_INTEGRATION: allow,
}
"""What mends each verdict on a request whose sender is known."""
UNSIGNED = {
    Why.STRANGER: "is sent past the gateway",
    Why.MALFORMED: "has no plain form",
    Why.UNKNOWN_PARTNER: "names no integration",
    Why.UNKNOWN_IDENTIFIER: "names no identifier",
    Why.WRONG_SIGNATURE: "is signed with other keys",
    Why.USED_BEFORE: "is one that was answered before",
}
"""What nobody can check as a call, because no call of that kind stands in the log."""
MET_BEFORE = {Hindrance.OWNER_REMOVED: Why.NO_SUCH_COMPANY}
"""What an earlier check finds first, with another reason."""


def test_every_verdict_has_its_place():
    every = {*Why, *Hindrance, *Verdict} - {Verdict.ALLOWED}
    assert TABLE.keys() | UNSIGNED.keys() | MET_BEFORE.keys() == every


@pytest.fixture
def office(company):
    """Somebody who may change whatever can be changed in the company."""
    roles, levels = [Role.TPK, Role.KH, Role.KP], dict.fromkeys(Function, Level.EDIT)
    return MembershipFactory(company=company, roles=roles, levels=levels)


@pytest.fixture
def program(company, catalogue, office, sent):
    """Return a function that makes a program whose calls meet anything that can be wrong."""
    codes = [*(one.code for one in catalogue.resources), "nothing.nv"]
    browser = cache(signed_in)

    def program(dice):
        OlderSignature.objects.all().delete()
        identifier, integration = a_world(dice, company, catalogue)
        how = dice.choice([{}, {}, {"ago": 3600}, {"algorithm": "SHA256"}])
        owner = Membership.objects.filter(company=company, user=identifier.owner).first()
        facts = identifier, integration, dice.choice(codes), owner, office
        return Program(company, *facts, catalogue, sent, browser, how)

    return program


def refused(program):
    """Call, and return the request that was refused and why, as the endpoint and the page say.

    A call with an older signature is not in the log: an earlier one is, from when it was accepted.
    """
    algorithm, day = program.how.get("algorithm"), timezone.now() + DAY
    answer = program.asks()
    row = ApiRequest.objects.filter(request_id=answer.request).first()
    if answer.code is None or row:
        return answer.request, row.reason
    older = {"company": program.company, "algorithm": algorithm}
    accepted = OlderSignature.objects.create(**older, until=day)
    earlier = program.asks()
    accepted.delete()
    return earlier.request, Why.OLDER_SIGNATURE


def test_whatever_is_wrong_is_mended_where_each_refusal_leads(program):
    dice, mended = random.Random(7), set()  # noqa: S311 - the same worlds in every run
    for number in range(WORLDS):
        if number >= FEWEST and mended == TABLE.keys():
            break
        one = program(dice)
        for _ in range(TRIES):
            request, reason = refused(one)
            if not reason:
                break
            page = one.page(one.office.user, request)
            told = page.then if reason == Why.NOT_TIMELY else page.decision
            assert told.why == reason, number
            TABLE[told.reason](one, request)
            mended.add(told.reason)
        assert one.asks().code is None, f"world {number}: {reason}"
    assert mended == TABLE.keys()


def test_a_wrong_signature_is_counted_and_nobody_can_check_it(program, severa):
    one = program(random.Random(1))  # noqa: S311 - no secret
    one.integration, one.identifier = severa, ApiIdentifierFactory(owner=one.office.user)
    stored = one.identifier.key
    one.identifier.key = severa.partner_key
    request = one.asks().request
    assert one.page(one.office.user, request) is None
    assert not ApiRequest.objects.exists()
    one.identifier.key = stored
    assert ApiRequest.objects.filter(request_id=one.asks().request).exists()


@pytest.fixture
def working(company, severa, catalogue, office, sent):
    """A program whose calls pass."""
    codes = [one.code for one in catalogue.resources]
    ListingFactory(company=company, integration=severa, allowed=set_of(catalogue, codes))
    owner = MembershipFactory(company=company, levels=LEVELS, user__name="Olga Owner")
    identifier = ApiIdentifierFactory(owner=owner.user, made_in=company)
    facts = identifier, severa, "customer.nv", owner, office
    return Program(company, *facts, catalogue, sent, cache(signed_in))


def test_to_others_it_is_said_who_can_resume_it(working, editor):
    working.identifier.paused_at = timezone.now()
    working.identifier.save()
    mend = working.page(editor.user, working.asks().request).mend
    assert not mend.address
    assert mend.said[-1] == "Only its owner, Olga Owner, can resume it."


def test_a_role_that_an_owner_lacks_is_given_by_those_who_may(working, editor):
    working.code = "getemployee.nv"
    request = working.asks().request
    said = working.page(editor.user, request).mend.said
    assert said[-1].startswith("Somebody with the role TPK can give the role")
    assert len(working.page(working.office.user, request).mend.said) == 1


def test_a_package_is_changed_elsewhere(working):
    working.company.package = "core"
    working.company.save()
    page = working.page(working.office.user, working.asks().request)
    assert page.mend.said[-1] == "The package is changed in Netvisor Store."


def test_a_clock_that_is_wrong_is_measured_and_the_vendor_named(working):
    working.how = {"ago": 3600}
    page = working.page(working.office.user, working.asks().request)
    [late] = [line.cells[0] for line in page.lines if line.cells[0].mark is Mark.FAILED]
    assert late.said[0].endswith("The program's clock was 60 minutes behind.")
    assert late.said[-1] == "Ask the vendor of Severa."
    assert page.verdicts[-1].said == "The call would pass now."
