"""What an identifier is worth, exhaustively; and validity over clocks and zones."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.companies.access import enter
from apps.companies.models import Company, Membership
from apps.companies.rules import (
    Capability,
    Function,
    Grants,
    Level,
    Role,
    Validity,
    capabilities,
    may_create_identifiers,
)
from apps.core.refusals import Refused
from apps.identifiers.rules import (
    End,
    Hindrance,
    Owner,
    Purpose,
    Refusal,
    State,
    end_of_replaced,
    first_end,
    hindrance,
    letters,
    may_replace,
    new_user_id,
    state,
    step,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ZONES = ["UTC", "Europe/Helsinki", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]
moments = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2060, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from(ZONES).map(ZoneInfo),
)


@pytest.mark.parametrize("function", Function)
@pytest.mark.parametrize("level", Level)
def test_any_function_at_edit_lets_anybody_create_and_no_role_does(function, level):
    for bits in product([False, True], repeat=len(Role)):
        roles = frozenset(role for role, held in zip(Role, bits, strict=True) if held)
        grants = Grants(roles, {function: level})
        may = level is Level.EDIT
        assert may_create_identifiers(grants) is may
        assert (Capability.CREATE_IDENTIFIERS in capabilities(grants)) is may
        oversees = bool(roles & {Role.KH, Role.TPK}) and level is not Level.NONE
        assert (Capability.OVERSEE_IDENTIFIERS in capabilities(grants)) is oversees


def test_roles_alone_create_nothing():
    assert capabilities(Grants(frozenset(Role), {})) == {Capability.ENTER}


@given(moments, moments)
def test_validity_compares_moments_whatever_the_zone_or_the_season(now, end):
    expected = State.EXPIRED if now.timestamp() >= end.timestamp() else State.WORKS
    found = state(now=now, valid_until=end, paused_at=None, deactivated_at=None)
    assert found is expected
    elsewhere = state(now=now.astimezone(UTC), valid_until=end, paused_at=None, deactivated_at=None)
    # Within one zone Python compares the clock's hands, so everything is stored in UTC.
    assert elsewhere is expected or now.tzinfo is end.tzinfo


@given(moments)
def test_it_ends_exactly_at_its_end(end):
    end = end.astimezone(UTC)
    instant = timedelta(microseconds=1)
    before = state(now=end - instant, valid_until=end, paused_at=None, deactivated_at=None)
    at = state(now=end, valid_until=end, paused_at=None, deactivated_at=None)
    assert (before, at) == (State.WORKS, State.EXPIRED)


def test_the_hour_that_happens_twice_is_told_apart():
    helsinki = ZoneInfo("Europe/Helsinki")
    first = datetime(2026, 10, 25, 3, 30, tzinfo=helsinki)
    second = first.replace(fold=1)
    now = first.astimezone(UTC) + timedelta(minutes=10)
    ended = [
        state(now=now, valid_until=end.astimezone(UTC), paused_at=None, deactivated_at=None)
        for end in (first, second)
    ]
    assert ended == [State.EXPIRED, State.WORKS]


@pytest.mark.parametrize("paused", [None, NOW - DAY])
@pytest.mark.parametrize("ended", [None, NOW - DAY])
@pytest.mark.parametrize("until", [None, NOW - DAY, NOW, NOW + DAY])
def test_state(paused, ended, until):
    found = state(now=NOW, valid_until=until, paused_at=paused, deactivated_at=ended)
    if ended:
        assert found is State.DEACTIVATED
    elif until and until <= NOW:
        assert found is State.EXPIRED
    else:
        assert found is (State.PAUSED if paused else State.WORKS)
    assert found.final is (found in (State.EXPIRED, State.DEACTIVATED))


OPEN, SHUT = Grants(frozenset(), {Function.PAYROLL: Level.VIEW}), Grants(frozenset(Role), {})


def test_it_works_only_when_nothing_hinders_it():
    for own, active, grants, period, stopped in product(
        State, [True, False], [OPEN, SHUT, None], Validity, [True, False]
    ):
        found = hindrance(state=own, owner=Owner(active, grants, period), stopped=stopped)
        free = (own, active, grants, period, stopped)
        assert (found is None) is (free == (State.WORKS, True, OPEN, Validity.IN_FORCE, False))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": State.DEACTIVATED}, Hindrance.DEACTIVATED),
        ({"state": State.EXPIRED}, Hindrance.EXPIRED),
        ({"state": State.PAUSED}, Hindrance.PAUSED),
        ({"stopped": True}, Hindrance.STOPPED),
        ({"owner": Owner(False, OPEN, Validity.IN_FORCE)}, Hindrance.ACCOUNT_CLOSED),
        ({"owner": Owner(True, None, Validity.IN_FORCE)}, Hindrance.OWNER_REMOVED),
        ({"owner": Owner(True, OPEN, Validity.ENDED)}, Hindrance.MEMBERSHIP_ENDED),
        ({"owner": Owner(True, OPEN, Validity.NOT_YET)}, Hindrance.MEMBERSHIP_NOT_YET),
        ({"owner": Owner(True, SHUT, Validity.IN_FORCE)}, Hindrance.NO_FUNCTION),
    ],
)
def test_the_reason(change, reason):
    owner = Owner(True, OPEN, Validity.IN_FORCE)
    assert hindrance(**{"state": State.WORKS, "owner": owner, "stopped": False, **change}) is reason


@pytest.mark.parametrize(
    ("days", "due"), [(None, None), (-1, None), (0, None), (0.5, 1), (1, 1), (2, 7), (7, 7), (8, 30), (30, 30), (31, None)]
)  # fmt: skip
def test_reminders_are_due_at_30_7_and_1_days(days, due):
    end = None if days is None else NOW + days * DAY
    assert step(now=NOW, end=end) == due


def test_the_first_end_counts():
    assert first_end(None, None) is None
    assert first_end(NOW, None) == first_end(NOW + DAY, NOW) == NOW


@pytest.mark.parametrize("leaked", [True, False])
@pytest.mark.parametrize("end", End)
@pytest.mark.parametrize("until", [None, NOW + DAY / 2])
def test_a_replaced_one_ends_when_asked_but_never_later_than_before(leaked, end, until):
    own = NOW + 3 * DAY
    found = end_of_replaced(end, now=NOW, own=own, leaked=leaked, valid_until=until)
    wanted = {End.NOW: NOW, End.DAY: NOW + DAY, End.WEEK: NOW + 7 * DAY, End.OWN: own}[end]
    assert found == (NOW if leaked else min(wanted, until or wanted))


@pytest.mark.parametrize("own", [None, NOW, NOW - DAY])
def test_an_own_end_lies_ahead(own):
    with pytest.raises(Refused) as refusal:
        end_of_replaced(End.OWN, now=NOW, own=own, leaked=False, valid_until=None)
    assert refusal.value.reason is Refusal.PAST


@pytest.mark.parametrize(
    ("name", "found"),
    [("Demo Bakery", "DE"), ("Åkerman", "AK"), ("Öljy Oy", "OL"), ("Ähtäri", "AH"), ("3M", "MX"), ("漢字", "XX"), ("", "XX"), ("é", "EX")],
)  # fmt: skip
def test_letters_of_a_company(name, found):
    assert letters(name) == found


@given(st.text())
def test_user_ids_have_the_usual_form(name):
    import re

    assert re.fullmatch(r"[A-Z]{2}_\d{1,7}_\d{1,8}", new_user_id(name))


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("period", Validity)
def test_only_a_membership_in_force_lets_anybody_create(level, period):
    now = timezone.now()
    valid_from = now + DAY if period is Validity.NOT_YET else None
    valid_until = now - DAY if period is Validity.ENDED else None
    for bits in product([False, True], repeat=len(Role)):
        roles = [role for role, held in zip(Role, bits, strict=True) if held]
        member = Membership(
            roles=roles,
            levels={Function.PAYROLL: level},
            valid_from=valid_from,
            valid_until=valid_until,
            company=Company(name="Test"),
        )
        access = enter(member, User(name="Somebody"))
        in_force = period is Validity.IN_FORCE
        assert access.may_create_identifiers is (in_force and level is Level.EDIT)


@pytest.mark.parametrize("replaced", [True, False])
@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("own", State)
def test_what_can_be_replaced(own, purpose, replaced):
    lasting = own in (State.WORKS, State.PAUSED) and purpose is not Purpose.EXCEL
    assert may_replace(own, purpose, replaced=replaced) is (lasting and not replaced)
