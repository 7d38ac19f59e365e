"""Who gives which role to whom, profiles, and what shortens access: every combination."""

from datetime import UTC, datetime, timedelta
from itertools import combinations, product

import pytest

from apps.companies.rules import FUNCTIONS, Area, Function, Grants, Level, Role
from apps.people.rules import (
    INVITATION_LASTS,
    MAIL_TRIED_FOR,
    NO_RIGHTS,
    PRESETS,
    Delivery,
    Loss,
    MainArea,
    Profile,
    Refusal,
    Rights,
    Trouble,
    delivery,
    functions_of,
    loss,
    may_assign,
    may_copy,
    outlasted,
    profile_of,
    weakens,
)

SETS = [frozenset(some) for size in range(len(Role) + 1) for some in combinations(Role, size)]
SENSITIVE = [
    some for some in SETS if some <= {Role.KH, Role.TPK, Role.P, Role.COMPANY_ADMINISTRATOR}
]
SOME = {Function.CUSTOMERS: Level.VIEW}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KH, TPK, P, CA = Role.KH, Role.TPK, Role.P, Role.COMPANY_ADMINISTRATOR


@pytest.mark.parametrize(
    ("mailed", "trouble", "ago", "told"),
    [
        (True, Trouble.SERVER, DAY, Delivery.DONE),
        (False, Trouble.ADDRESS, DAY, Delivery.REFUSED),
        (False, Trouble.SERVER, MAIL_TRIED_FOR, Delivery.TRIED),
        (False, Trouble.SERVER, 2 * MAIL_TRIED_FOR, Delivery.GIVEN_UP),
        (False, "", DAY * 0, Delivery.WAITS),
    ],
)
def test_what_became_of_the_mail_of_an_invitation(mailed, trouble, ago, told):
    expires = NOW - ago + INVITATION_LASTS
    assert delivery(mailed=mailed, trouble=trouble, expires=expires, now=NOW) is told


def expected(giver, is_self, now, wanted):
    """The rules of docs/decisions/008 said once more, role by role."""
    above = TPK in giver or (KH in giver and CA in giver)
    if not giver & {KH, TPK}:
        return Refusal.NO_ADMINISTRATOR
    if is_self:
        return Refusal.ONESELF
    if not above and (TPK in now or CA in now):
        return Refusal.ABOVE_YOU
    if not above and any(role in wanted and role not in now for role in (TPK, CA, KH, P)):
        return Refusal.MAY_NOT_GIVE
    return None


@pytest.mark.parametrize("is_self", [True, False])
@pytest.mark.parametrize("whole", ["giver", "now", "wanted"])
def test_every_giver_target_and_wish(whole, is_self):
    """All four million take minutes: one of the three has the roles that nothing depends on."""
    sides = [SETS if whole == side else SENSITIVE for side in ("giver", "now", "wanted")]
    for giver, now, wanted in product(*sides):
        got = may_assign(giver=Grants(giver, SOME), is_self=is_self, now=now, wanted=wanted)
        assert got is expected(giver, is_self, now, wanted), (giver, now, wanted)


def test_roles_alone_give_nothing():
    for giver, wanted in product(SETS, SETS):
        got = may_assign(giver=Grants(giver, {}), is_self=False, now=(), wanted=wanted)
        assert got is Refusal.NO_ADMINISTRATOR


@pytest.mark.parametrize("giver", SETS, ids=lambda roles: "+".join(sorted(roles)) or "none")
def test_copying_the_roles_that_are_handed_out_needs_tpk(giver):
    for copied in SETS:
        free = TPK in giver or not copied & {KH, P, TPK, CA}
        assert (may_copy(Grants(giver, SOME), copied) is None) == free


@pytest.mark.parametrize("area", MainArea)
def test_each_profile_is_found_again_by_its_levels(area):
    for profile, levels in PRESETS[area].items():
        assert profile_of(Grants(frozenset(), levels), area) is profile


@pytest.mark.parametrize("area", MainArea)
def test_a_profile_stays_in_its_area_and_one_other_level_makes_it_own(area):
    for levels in PRESETS[area].values():
        assert set(levels) <= set(functions_of(area))
    odd = PRESETS[area][Profile.ALL] | {functions_of(area)[0]: Level.NONE}
    assert profile_of(Grants(frozenset(), odd), area) is Profile.OWN


def test_levels_of_other_areas_do_not_change_a_profile():
    elsewhere = {Function.INTERFACE_RESOURCES: Level.EDIT, Function.PAYROLL: Level.VIEW}
    assert profile_of(Grants(frozenset(), elsewhere), MainArea.BUSINESS) is Profile.NONE


def test_the_main_areas_and_company_hold_every_function_once():
    found = [one for area in MainArea for one in functions_of(area)] + [*FUNCTIONS[Area.COMPANY]]
    assert sorted(found) == sorted(Function)


STARTS = [None, NOW - DAY, NOW + DAY]
ENDS = [None, NOW - timedelta(hours=1), NOW, NOW + 2 * DAY, NOW + 3 * DAY]
STATES = [
    Rights(Grants(roles, levels), start, end)
    for roles in (frozenset(), frozenset({KH}))
    for levels in ({}, SOME)
    for start, end in product(STARTS, ENDS)
    if not (start and end and end <= start)
]


def works(rights, moment):
    start, end = rights.period
    begun = start is None or start <= NOW
    return bool(rights.grants.levels) and begun and (end is None or moment < end) and works_now(end)


def works_now(end):
    return end is None or end > NOW


@pytest.mark.parametrize("moment", [NOW, NOW + DAY, NOW + 2.5 * DAY, NOW + 1000 * DAY])
def test_shortening_is_losing_a_moment_that_one_had(moment):
    for before, after in product(STATES, STATES):
        if works(before, moment) and not works(after, moment):
            assert loss(before, after, NOW)
        if not loss(before, after, NOW):
            assert works(after, moment) or not works(before, moment)


def test_each_loss_is_called_what_it_is():
    for before, after in product(STATES, STATES):
        match loss(before, after, NOW):
            case Loss.END:
                assert after.valid_until <= NOW
            case Loss.LAST_RIGHT:
                assert not after.grants.levels
            case Loss.LATER:
                assert after.valid_from > NOW
            case Loss.SHORTER:
                assert NOW < after.valid_until < (before.valid_until or NOW + 1000 * DAY)


def administers(rights, moment):
    return bool(rights.grants.roles) and works(rights, moment)


@pytest.mark.parametrize("moment", [NOW, NOW + DAY, NOW + 2.5 * DAY, NOW + 1000 * DAY])
def test_what_is_outlasted_can_go_without_leaving_the_company_alone(moment):
    for held, *others in product(STATES, STATES, STATES[::3]):
        if administers(held, moment) and outlasted(held, others, NOW):
            assert any(administers(one, moment) for one in others), (held, others)


def test_only_another_who_lasts_as_long_outlasts():
    def kh(end):
        return Rights(Grants(frozenset({KH}), SOME), None, end)

    assert not outlasted(kh(None), [kh(NOW + 2 * DAY), kh(NOW + 3 * DAY)], NOW)
    assert outlasted(kh(NOW + DAY), [kh(NOW + DAY)], NOW)
    assert outlasted(kh(NOW + DAY), [kh(NOW), kh(None)], NOW)
    assert not outlasted(kh(NOW + DAY), [], NOW)


def test_only_an_administrator_can_be_weakened_and_losing_the_role_does():
    for before, after in product(STATES, STATES):
        if weakens(before, after, NOW):
            assert before.grants.roles
            assert before.grants.levels
        if loss(before, after, NOW) and before.grants.roles:
            assert weakens(before, after, NOW)
    kh = Rights(Grants(frozenset({KH}), SOME))
    assert weakens(kh, Rights(Grants(frozenset(), SOME)), NOW)
    assert weakens(kh, NO_RIGHTS, NOW)


def test_the_mark_tells_all_rights_apart_and_knows_none_as_missing():
    marks = {state.mark for state in STATES}
    assert len(marks) == len(STATES)
    stored_none = Rights(Grants(frozenset(), {Function.CUSTOMERS: Level.NONE}))
    assert stored_none.mark == NO_RIGHTS.mark
