"""An earlier moment is judged as the endpoint judged it then."""

import random
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from apps.calls import page, reads
from apps.companies.access import enter
from apps.companies.rules import Function, Grants, Level
from apps.identifiers import services as identifiers
from apps.people import services as people
from apps.people.models import rights_of
from apps.people.rules import Rights
from apps.usage.models import ApiRequest
from tests.calls.conftest import choice
from tests.factories import ApiIdentifierFactory, MembershipFactory
from tests.history.helpers import happened

pytestmark = pytest.mark.django_db
STEPS = 60
CODES = ["customer.nv", "customerlist.nv"]


@pytest.fixture
def owner(company):
    return MembershipFactory(company=company, levels={Function.PAYROLL: Level.EDIT})


@pytest.fixture
def identifier(company, owner):
    return ApiIdentifierFactory(owner=owner.user, made_in=company)


@pytest.fixture
def steps(access, company, owner, identifier, severa, change):
    """What may happen between two calls, each as people do it."""
    own = enter(owner, owner.user, locked=True)

    def edit(levels):
        held = rights_of(owner)
        wanted = Rights(Grants(held.grants.roles, levels), held.valid_from, held.valid_until)
        people.edit(access, owner.pk, wanted, seen=held.mark)
        owner.refresh_from_db()

    def package(name):
        before, company.package = company.package, name
        company.save()
        told = {"before": {"package": before}, "after": {"package": name}}
        happened(company, "company:change", str(company), kind="company", pk=company.pk, **told)

    return [
        *(
            lambda w=w, a=a: change(w, *CODES, allow=a)
            for w in (severa, None)
            for a in (True, False)
        ),
        *[lambda: change(severa, CODES[0])] * 4,
        lambda: identifiers.pause(own, identifier.pk),
        *[lambda: identifiers.resume(own, identifier.pk)] * 2,
        lambda: identifiers.stop(access, identifier.pk),
        *[lambda: identifiers.allow(access, identifier.pk)] * 2,
        lambda: edit({}),
        *[lambda: edit({Function.PAYROLL: Level.EDIT})] * 2,
        lambda: package("core"),
        *[lambda: package("premium")] * 2,
    ]


def test_it_is_what_the_endpoint_said(send, access, steps, identifier, severa):
    dice, sent = random.Random(3), []  # noqa: S311 - the same steps in every run
    for _ in range(STEPS):
        dice.choice(steps)()
        answer = send(identifier, severa, CODES[0])
        sent.append(ApiRequest.objects.get(request_id=answer.request))
    call, catalogue = reads.chosen(access, identifier.user_id, severa.public_id, CODES[0])
    case, now = page.Case(access, call, catalogue, reads.changes(access, call)), timezone.now()
    found = call.found(now)
    for row in sent:
        assert page.check_page(case, found, now, row.at).then.why == row.reason
    assert len({row.reason for row in sent}) >= 6


def test_before_it_was_created_an_identifier_did_not_exist(check, identifier, severa):
    asked = check(**choice(identifier, severa, CODES[0]), at="2020-01-01T12:00")
    assert asked.context["page"].then.why == "unknown_identifier"
    assert "The call would have been refused 1 Jan 2020 12:00." in asked.text
    assert f"{identifier.user_id} does not exist." in asked.text


@pytest.fixture
def long_made(identifier):
    """The identifier, made before the moment that is asked about."""
    identifier.created_at = datetime(2019, 1, 1, tzinfo=UTC)
    identifier.save()
    return identifier


@pytest.mark.parametrize("verb", ["membership:add", "membership:accept"])
def test_before_its_owner_joined_nobody_knew_the_company(
    check, company, owner, long_made, severa, verb
):
    happened(company, verb, str(owner.user), pk=owner.user.pk)
    page = check(**choice(long_made, severa, CODES[0]), at="2020-01-01T12:00").context["page"]
    assert (page.then.why, page.decision.why) == ("no_such_company", "blocked_in_general")


def test_before_its_owner_was_removed_the_owner_belonged_to_the_company(
    check, access, owner, long_made, severa
):
    people.remove(access, owner.pk, seen=rights_of(owner).mark)
    page = check(**choice(long_made, severa, CODES[0]), at="2020-01-01T12:00").context["page"]
    assert (page.then.why, page.decision.why) == ("blocked_in_general", "no_such_company")


def test_a_key_that_was_shown_since_changes_nothing_of_then(check, company, long_made, severa):
    happened(company, "identifier:show", str(long_made), kind="identifier", pk=long_made.pk)
    page = check(**choice(long_made, severa, CODES[0]), at="2020-01-01T12:00").context["page"]
    assert page.then.why == page.decision.why == "blocked_in_general"


def test_rights_are_replayed_for_a_logged_call(send, check, access, change, identifier, severa):
    change(severa, CODES[0])
    change(severa, CODES[0], allow=False)
    answer = send(identifier, severa, CODES[0])
    change(severa, CODES[0])
    page = check(request=answer.request).context["page"]
    then, now = page.lines[-1].cells
    day = timezone.localtime().strftime("%-d %b %Y")
    assert then.said[1] == f"Blocked {day} by Edith Editor."
    assert now.said[1] == f"Allowed {day} by Edith Editor."
    assert page.verdicts[-1].said == "The call would pass now."
