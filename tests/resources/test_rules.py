"""Every decision of resources.rules, exhaustively."""

from itertools import product

import pytest

from apps.resources.rules import (
    ResourceSet,
    Sign,
    Verdict,
    right_in_force,
    warning_sign,
)

BOOLEANS = (True, False)
SUBSETS = [ResourceSet(p for p in range(3) if bits >> p & 1) for bits in range(8)]

# The numbered cases of docs/decisions/003: which right wins.
TRUTH_TABLE = [
    ("1", {"available": True, "listed": False, "specific": False, "general": True}, Verdict.ALLOWED),
    ("2", {"available": True, "listed": False, "specific": False, "general": False}, Verdict.BLOCKED_IN_GENERAL),
    ("3", {"available": True, "listed": True, "specific": True, "general": False}, Verdict.ALLOWED),
    ("4", {"available": True, "listed": True, "specific": False, "general": True}, Verdict.BLOCKED_FOR_INTEGRATION),
    ("5", {"available": True, "listed": True, "specific": False, "general": True}, Verdict.BLOCKED_FOR_INTEGRATION),
    ("6", {"available": False, "listed": True, "specific": True, "general": True}, Verdict.NOT_AVAILABLE),
    ("7", {"available": True, "listed": False, "specific": True, "general": False}, Verdict.BLOCKED_IN_GENERAL),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "verdict"), [case[1:] for case in TRUTH_TABLE], ids=[case[0] for case in TRUTH_TABLE]
)
def test_case_of_the_truth_table(facts, verdict):
    assert right_in_force(**facts) is verdict


@pytest.mark.parametrize("facts", list(product(BOOLEANS, repeat=4)))
def test_only_the_right_that_counts_decides(facts):
    available, listed, specific, general = facts
    verdict = right_in_force(available=available, listed=listed, specific=specific, general=general)
    assert bool(verdict) is (available and (specific if listed else general))


@pytest.mark.parametrize(("available", "specific"), list(product(BOOLEANS, repeat=2)))
def test_general_rights_never_decide_for_a_listed_integration(available, specific):
    facts = {"available": available, "listed": True, "specific": specific}
    assert right_in_force(**facts, general=True) is right_in_force(**facts, general=False)


def test_only_allowed_is_true():
    assert [verdict for verdict in Verdict if verdict] == [Verdict.ALLOWED]


def expected_sign(usable, in_force, needed, limited, left):
    if not in_force:
        return Sign.LEFT if left else Sign.CLOSED
    blocked = set(usable) - set(in_force)
    if limited:
        return Sign.LACKING if blocked else Sign.LIMITED
    if blocked & set(needed):
        return Sign.LACKING
    return Sign.PARTLY if blocked else None


@pytest.mark.parametrize("left", BOOLEANS)
@pytest.mark.parametrize("limited", BOOLEANS)
def test_signs_of_every_combination_of_three_resources(limited, left):
    for usable, allowed, needed in product(SUBSETS, repeat=3):
        in_force = allowed & usable
        facts = {"in_force": in_force, "needed": needed, "limited": limited, "left": left}
        assert warning_sign(usable=usable, **facts) is expected_sign(usable, **facts)


def test_a_needed_list_never_limits():
    """Allowed beyond what it needs, with something unneeded blocked: the quiet triangle."""
    usable, in_force, needed = ResourceSet([0, 1, 2]), ResourceSet([0, 1]), ResourceSet([0])
    assert (
        warning_sign(usable=usable, in_force=in_force, needed=needed, limited=False) is Sign.PARTLY
    )
