"""What waits for review after any order of changes, and since when: no database."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.reopening.rules import Block, Happening, Identifier, blocks_of
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet, Standing, Stored

START = datetime(2026, 1, 1, tzinfo=UTC)
VERBS = ("allow", "block", "close", "reopen", "leave", "undo")
SUBSETS = [ResourceSet(p for p in range(3) if bits >> p & 1) for bits in range(8)]
sets = st.sampled_from(SUBSETS)


def standing(stored, usable=EVERYTHING):
    return Standing(None, stored, usable)


def play(actions):
    """Return what is stored after some actions, "undo" taking back the one before it."""
    stored, undo = Stored(), None
    for verb, wanted in actions:
        now, before = standing(stored), stored
        match verb:
            case "allow":
                stored = now.bringing(now.allowed | wanted)
            case "block":
                stored = now.bringing(now.allowed - wanted)
            case "close":
                stored = now.blocking()
            case "reopen":
                stored = now.bringing(now.allowed | wanted & now.waiting)
            case "leave":
                stored = now.leaving(wanted & now.waiting)
            case "undo" if undo:
                answered = undo.waiting & now.allowed
                stored = now.putting_back(undo.allowed, answered)
        undo = before if verb in ("allow", "block", "reopen") else None
    return stored


actions = st.lists(st.tuples(st.sampled_from(VERBS), sets), max_size=25)


@given(actions)
def test_what_is_allowed_never_waits_and_is_never_left(actions):
    stored = play(actions)
    assert not stored.waiting & stored.allowed
    assert not (stored.left and (stored.allowed or stored.waiting))


@given(actions)
def test_a_block_lets_all_that_was_allowed_wait_and_keeps_what_waits(actions):
    before, after = play(actions), play([*actions, ("close", NOTHING)])
    assert (after.allowed, after.waiting) == (NOTHING, before.waiting | before.allowed)
    assert after.left is before.left


@given(actions, st.sampled_from(["allow", "block", "reopen"]), sets)
def test_taking_back_a_change_restores_what_was_allowed_and_what_waited(actions, verb, wanted):
    before, after = play(actions), play([*actions, (verb, wanted), ("undo", NOTHING)])
    assert (after.allowed, after.waiting) == (before.allowed, before.waiting)


@pytest.mark.parametrize("usable", SUBSETS)
def test_it_is_left_blocked_once_nothing_is_allowed_and_nothing_offered_waits(usable):
    for allowed, waiting, asked in product(SUBSETS, repeat=3):
        now = standing(Stored(allowed, waiting - allowed), usable)
        left = now.leaving(asked)
        assert left.left is not bool((allowed | left.waiting) & usable)
        assert left.waiting == waiting - allowed - asked


@pytest.mark.parametrize("allowed", SUBSETS[1:])
def test_allowing_anything_ends_it(allowed):
    left = standing(Stored(left=True)).bringing(allowed)
    assert not left.left
    assert not standing(left).bringing(NOTHING).left  # blocking is not leaving


def block(actor, *positions):
    return Block(START, actor, ResourceSet(positions))


def test_what_is_taken_twice_belongs_to_the_last_block():
    found = blocks_of(ResourceSet([0, 1]), [block("second", 0), block("first", 0, 1)])
    assert found == [block("first", 1), block("second", 0)]


@given(st.lists(sets, max_size=6), sets)
def test_every_resource_that_waits_belongs_to_one_block(taken, waiting):
    found = blocks_of(waiting, [Block(START, "a", one) for one in taken])
    together = ResourceSet(at for one in found for at in one.open)
    assert sum(len(one.open) for one in found) == len(together)
    assert together == waiting & ResourceSet(at for one in taken for at in one)
    assert all(one.open for one in found)


BEFORE, AFTER = START - timedelta(seconds=1), START + timedelta(seconds=1)


@pytest.mark.parametrize("successor", [True, False])
@pytest.mark.parametrize("times", list(product([None, BEFORE, START, AFTER], repeat=3)))
def test_only_what_happened_since_counts(times, successor):
    told = dict(zip((Happening.CREATED, Happening.REPLACED, Happening.PAUSED), times, strict=True))
    found = Identifier(told, successor).happened(START)
    for what, at in told.items():
        expected = at == AFTER and not (successor and what is Happening.CREATED)
        assert (what in found) is expected
