"""Who may what, for every combination of roles, levels and periods."""

from datetime import UTC, datetime, timedelta
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.companies.rules import (
    FUNCTIONS,
    Capability,
    Function,
    Grants,
    Level,
    Package,
    Role,
    Validity,
    capabilities,
    includes_interface,
    validity,
)

ROLE_SETS = list(chain.from_iterable(combinations(Role, n) for n in range(len(Role) + 1)))
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize("level", Level)
def test_what_every_set_of_roles_may_do_at_each_level(level):
    for roles in ROLE_SETS:
        grants = Grants(frozenset(roles), {Function.INTERFACE_RESOURCES: level})
        may = capabilities(grants)
        assert Capability.ENTER in may
        assert (Capability.VIEW_RIGHTS in may) is (level is not Level.NONE)
        administrator = Role.KH in roles or Role.TPK in roles
        assert (Capability.EDIT_RIGHTS in may) is (level is Level.EDIT and administrator)


def test_other_functions_open_no_rights():
    levels = {
        function: Level.EDIT
        for function in Function
        if function is not Function.INTERFACE_RESOURCES
    }
    may = capabilities(Grants(frozenset(Role), levels))
    assert not may & {Capability.VIEW_RIGHTS, Capability.EDIT_RIGHTS}


def test_unknown_stored_codes_grant_nothing():
    grants = Grants.read(["KH", "GOD"], {"interface_resources": "everything", "nonsense": "edit"})
    assert grants.roles == {Role.KH}
    assert grants.level(Function.INTERFACE_RESOURCES) is Level.NONE


def test_every_function_stands_in_one_area():
    assert sorted(chain.from_iterable(FUNCTIONS.values())) == sorted(Function)


moments = st.none() | st.integers(-5, 5).map(lambda hours: NOW + timedelta(hours=hours))


@given(moments, moments)
def test_a_period_is_in_force_from_its_start_up_to_its_end(start, end):
    inside = (start is None or start <= NOW) and (end is None or end > NOW)
    assert (validity(now=NOW, start=start, end=end) is Validity.IN_FORCE) is inside


@given(moments)
def test_an_end_in_the_past_has_ended_whatever_the_start(start):
    ended = NOW - timedelta(seconds=1)
    assert validity(now=NOW, start=start, end=ended) is Validity.ENDED


@pytest.mark.parametrize("package", [*Package, "", "unknown"])
def test_the_interface_is_in_three_packages(package):
    included = package in ("professional", "premium", "payroll")
    assert includes_interface(package) is included
