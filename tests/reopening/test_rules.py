"""What waits for review after any order of events, by a replay without a database."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.reopening.rules import Happening, happened
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet
from apps.rights.rules import Event, still_open, together, within

START = datetime(2026, 1, 1, tzinfo=UTC)
VERBS = ("allow", "block", "close", "reopen", "leave", "undo")
SUBSETS = [ResourceSet(p for p in range(3) if bits >> p & 1) for bits in range(8)]


def happen(verb, wanted, allowed, waiting, number=0):
    """Return the event of one action, and what is allowed and waits after it."""
    at, who = START + timedelta(minutes=number), f"Person {number}"
    match verb:
        case "allow":
            return Event(at, who, settled=wanted - allowed), allowed | wanted, waiting - wanted
        case "block":
            return Event(at, who), allowed - wanted, waiting
        case "close":
            return Event(at, who, closed=allowed), NOTHING, waiting | allowed
        case "reopen":
            answered = wanted & waiting
            return Event(at, who, settled=answered), allowed | answered, waiting - answered
        case "leave":
            answered = wanted & waiting
            return Event(at, who, left=answered), allowed, waiting - answered
    raise AssertionError(verb)


def play(actions):
    """Return the events of some actions, and what is allowed and waits in the end."""
    events, allowed, waiting = [], NOTHING, NOTHING
    last = None
    for number, (verb, wanted) in enumerate(actions):
        former = (allowed, waiting)
        if (verb == "undo" and last is None) or (verb == "leave" and not wanted & waiting):
            continue  # refused: there is nothing to take back, or nothing to answer
        if verb == "undo":
            event, allowed, waiting = undo(last, allowed, waiting, number)
        else:
            event, allowed, waiting = happen(verb, wanted, allowed, waiting, number)
        events.append(event)
        if verb != "leave":  # which stands in no change's way; a block is never undone
            last = None if verb == "close" else former
    return events, allowed, waiting


def undo(former, allowed, waiting, number):
    """Return the event of taking back the change before which things stood in a former way."""
    then_allowed, then_waiting = former
    at, who = START + timedelta(minutes=number), f"Person {number}"
    undone, settled = allowed - then_allowed, then_allowed - allowed
    waiting = (waiting | then_waiting & undone) - settled
    return Event(at, who, settled=settled, undone=undone), then_allowed, waiting


actions = st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(SUBSETS)), max_size=25)


@pytest.mark.parametrize("first", VERBS)
def test_every_order_of_four_actions_leaves_what_nobody_answered(first):
    for others in product(VERBS, repeat=3):
        for wanted in product(SUBSETS[1::3], repeat=4):
            events, _allowed, waiting = play(zip((first, *others), wanted, strict=True))
            assert together(still_open(events)) == waiting


ONE = SUBSETS[1]


@given(actions)
@example([("allow", ONE), ("close", ONE), ("allow", ONE), ("leave", NOTHING), ("undo", ONE)])
def test_a_replay_of_any_sequence_finds_what_waits(actions):
    events, allowed, waiting = play(actions)
    assert together(still_open(events)) == waiting
    assert not waiting & allowed


@given(actions)
def test_every_resource_belongs_to_one_block_and_blocks_stand_in_order(actions):
    blocks = still_open(play(actions)[0])
    assert sum(len(block.open) for block in blocks) == len(together(blocks))
    assert [block.at for block in blocks] == sorted(block.at for block in blocks)
    assert all(block.open for block in blocks)


@given(actions)
def test_reopening_all_after_a_block_restores_exactly_the_former_set(actions):
    _events, allowed, waiting = play(actions)
    closed = [*actions, ("close", NOTHING)]
    events, after, _waiting = play(closed)
    assert after == NOTHING
    restored = together(still_open(events)) - waiting
    assert restored == allowed
    assert play([*closed, ("reopen", restored)])[1] == allowed


def test_a_second_block_keeps_what_waits_and_says_who_took_what():
    first = Event(START, "First", closed=ResourceSet([0, 1]))
    again = Event(START, "Between", settled=ResourceSet([0]))
    second = Event(START + timedelta(days=1), "Second", closed=ResourceSet([0]))
    blocks = still_open([first, again, second])
    assert [(block.actor, block.open) for block in blocks] == [
        ("First", ResourceSet([1])),
        ("Second", ResourceSet([0])),
    ]


def test_what_was_reopened_and_is_put_back_belongs_to_its_block_again():
    one, two = ResourceSet([0]), ResourceSet([1])
    closed = [Event(START, "First", closed=one), Event(START, "Second", closed=two)]
    reopened = [*closed, Event(START, "Third", settled=one | two)]
    assert still_open(reopened) == []
    left = [*reopened, Event(START, "Third", left=ResourceSet([2]))]
    back = still_open([*left, Event(START, "Fourth", undone=one | two)])
    assert [(block.actor, block.open) for block in back] == [("First", one), ("Second", two)]


def test_only_the_last_change_is_put_back():
    item = ResourceSet([0])
    events = [Event(START, "a", closed=item), Event(START, "b", settled=item), Event(START, "c")]
    assert still_open([*events, Event(START, "d", undone=item)]) == []


def test_what_is_taken_twice_belongs_to_the_last_block():
    blocks = still_open([Event(START, name, closed=ResourceSet([0])) for name in ("a", "b")])
    assert [block.actor for block in blocks] == ["b"]


@pytest.mark.parametrize("resources", SUBSETS)
def test_only_what_can_be_allowed_is_offered(resources):
    blocks = still_open([Event(START, "a", closed=ResourceSet([0, 1, 2]))])
    assert together(within(blocks, resources)) == resources
    assert within(blocks, EVERYTHING) == blocks


BEFORE, AFTER = START - timedelta(seconds=1), START + timedelta(seconds=1)


@pytest.mark.parametrize("successor", [True, False])
@pytest.mark.parametrize("times", list(product([None, BEFORE, START, AFTER], repeat=3)))
def test_only_what_happened_since_counts(times, successor):
    told = dict(zip((Happening.CREATED, Happening.REPLACED, Happening.PAUSED), times, strict=True))
    found = happened(told, successor=successor, since=START)
    for what, at in told.items():
        expected = at == AFTER and not (successor and what is Happening.CREATED)
        assert (what in found) is expected
