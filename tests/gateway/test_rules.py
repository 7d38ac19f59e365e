"""Every check in its order, in every combination of what the checks find."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.companies.rules import Function, Grants, Level, Package, Role, Validity
from apps.gateway.rules import (
    CHECKS,
    Caller,
    Check,
    Code,
    Decision,
    Facts,
    Holder,
    Outcome,
    Resource,
    Why,
    decide,
)
from apps.identifiers.rules import Hindrance, Owner, Purpose, State
from apps.resources.rules import NOTHING, ResourceSet, Verdict

ONE = ResourceSet([1])
GRANTS = Grants(frozenset({Role.P}), {Function.SALES_INVOICES: Level.EDIT})
OWNER = Owner(active=True, grants=GRANTS, period=Validity.IN_FORCE)
GOOD = Facts(
    caller=Caller(built_in=False, limit=None, retired=False),
    holder=Holder(State.WORKS, Purpose.API, OWNER, stopped=False),
    accepted=True,
    signed=True,
    timely=True,
    unique=True,
    package=Package.PREMIUM,
    resource=Resource(1, "", retired=False),
    own=ONE,
    general=None,
)
NOBODY = replace(GOOD.holder, owner=replace(OWNER, grants=None))
WRONG = {
    Check.PARTNER: ({"caller": None}, Why.UNKNOWN_PARTNER),
    Check.IDENTIFIER: ({"holder": None}, Why.UNKNOWN_IDENTIFIER),
    Check.SIGNATURE: ({"signed": False}, Why.WRONG_SIGNATURE),
    Check.TIME: ({"timely": False}, Why.NOT_TIMELY),
    Check.UNIQUE: ({"unique": False}, Why.USED_BEFORE),
    Check.COMPANY: ({"package": None}, Why.NO_SUCH_COMPANY),
    Check.WORKS_HERE: ({"holder": replace(GOOD.holder, stopped=True)}, Hindrance.STOPPED),
    Check.WORKBOOK: ({"holder": replace(GOOD.holder, purpose="excel")}, Why.NOT_FOR_WORKBOOKS),
    Check.PACKAGE: ({"package": Package.BASIC}, Why.PACKAGE),
    Check.RESOURCE: ({"resource": None}, Why.NO_SUCH_RESOURCE),
    Check.OWNER_ROLE: ({"resource": Resource(1, "TPK", retired=False)}, Why.OWNER_ROLE),
    Check.IN_USE: (
        {"caller": Caller(built_in=False, limit=None, retired=True), "own": None},
        Why.RETIRED_INTEGRATION,
    ),
    Check.RIGHT: ({"own": NOTHING}, Verdict.BLOCKED_FOR_INTEGRATION),
}


def test_every_check_but_the_form_asks_and_can_fail():
    assert [Check.FORM, *CHECKS] == list(Check)
    assert set(WRONG) == set(CHECKS)


def test_what_is_right_passes():
    assert decide(GOOD) == Decision(None, None)
    assert set(decide(GOOD).outcomes.values()) == {Outcome.PASSED}


@pytest.mark.parametrize("check", WRONG)
def test_each_fault_fails_its_check_and_nothing_after_is_reached(check):
    changes, reason = WRONG[check]
    decision = decide(replace(GOOD, **changes))
    assert (decision.failed, decision.reason) == (check, reason)
    assert not decision.allowed
    outcomes = list(decision.outcomes.values())
    at = list(Check).index(check)
    assert outcomes[:at] == [Outcome.PASSED] * at
    assert outcomes[at] is Outcome.FAILED
    assert set(outcomes[at + 1 :]) <= {Outcome.NOT_REACHED}


@pytest.mark.parametrize("first", WRONG)
def test_of_two_faults_the_earlier_check_decides(first):
    for second in WRONG:
        both = {**WRONG[second][0], **WRONG[first][0]}
        if set(WRONG[first][0]) & set(WRONG[second][0]):
            continue  # both are about the same fact
        assert decide(replace(GOOD, **both)).failed is min(first, second, key=list(Check).index)


@pytest.mark.parametrize("check", Check)
def test_codes(check):
    decision = Decision(check, Why.MALFORMED)
    before_it_is_known = list(Check).index(check) < list(Check).index(Check.TIME)
    assert decision.authenticated is not before_it_is_known
    expected = {Check.UNIQUE: Code.REQUEST_NOT_UNIQUE}.get(check)
    if check in (Check.TIME, Check.COMPANY) or before_it_is_known:
        expected = Code.AUTHENTICATION_FAILED
    assert decision.code is (expected or Code.SERVICE_ACCESS_ERROR)


def test_an_owner_who_is_no_member_and_an_unknown_company_are_one_answer():
    unknown = decide(replace(GOOD, package=None, holder=NOBODY))
    assert unknown == decide(replace(GOOD, holder=NOBODY)) == decide(replace(GOOD, package=None))


def test_an_excel_identifier_serves_what_is_built_in_and_limited():
    for built_in, limited in product((True, False), repeat=2):
        caller = Caller(built_in, ONE if limited else None, retired=False)
        facts = replace(
            GOOD, caller=caller, holder=replace(GOOD.holder, purpose=Purpose.EXCEL.value)
        )
        assert decide(facts).allowed is (built_in and limited)


def test_what_is_built_in_passes_on_every_package():
    caller = replace(GOOD.caller, built_in=True)
    for package in (*Package, "unknown"):
        assert decide(replace(GOOD, caller=caller, package=package)).allowed


def test_a_role_that_nobody_knows_is_held_by_nobody():
    facts = replace(GOOD, resource=Resource(1, "XX", retired=False))
    assert decide(facts).reason is Why.OWNER_ROLE


maybe = st.booleans()


@given(available=maybe, listed=maybe, specific=maybe, general=maybe, retired=maybe)
def test_the_right_in_force_decides_last(available, listed, specific, general, retired):
    caller = Caller(False, None if available else NOTHING, retired=retired)
    own = (ONE if specific else NOTHING) if listed else None
    facts = replace(GOOD, caller=caller, own=own, general=ONE if general else None)
    in_use = listed or not retired
    right = available and (specific if listed else general)
    assert decide(facts).allowed is (in_use and right)


def test_a_check_out_of_its_order_says_nothing_rather_than_yes():
    with pytest.raises(LookupError):
        CHECKS[Check.WORKBOOK](replace(GOOD, holder=None))
