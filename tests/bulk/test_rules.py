"""What a bulk change does to one set: every combination that matters."""

from itertools import product

import pytest

from apps.bulk.rules import VERBS, Action, Past, former, may_be_carried, wanted
from apps.resources.rules import ResourceSet

HELD = list(product((False, True), repeat=3))


def sets(flags, position=7):
    """Return allowed, within and usable, each with or without one resource."""
    return [ResourceSet([position] if flag else []) for flag in flags]


@pytest.mark.parametrize("flags", HELD)
@pytest.mark.parametrize("action", [Action.ALLOW, Action.BLOCK, Action.EXACT])
def test_each_action_on_each_resource(action, flags):
    was, within, usable = flags
    after = bool(
        wanted(action, **dict(zip(("allowed", "within", "usable"), sets(flags), strict=True)))
    )
    expected = {
        Action.ALLOW: was or (within and usable),
        Action.BLOCK: was and not within,
        Action.EXACT: within and usable,
    }
    assert after is expected[action]


def test_putting_back_is_not_a_wish_about_resources():
    with pytest.raises(ValueError, match="past"):
        wanted(Action.PUT_BACK, allowed=ResourceSet(), within=ResourceSet(), usable=ResourceSet())


@pytest.mark.parametrize("flags", list(product((False, True), repeat=4)))
def test_an_integration_is_brought_only_to_where_it_is_known(flags):
    listed, retired, custom, found_by_key = flags
    carried = may_be_carried(
        listed=listed, retired=retired, custom=custom, found_by_key=found_by_key
    )
    public = not retired and not custom
    has_its_key = not retired and custom and found_by_key
    assert carried is (listed or public or has_its_key)


@pytest.mark.parametrize("flags", HELD)
def test_putting_back_is_exact_or_nothing(flags):
    was_added, was_removed, latest = flags
    if was_added and was_removed:
        return
    past = Past(*sets((was_added, was_removed)), latest=latest)
    after = former(past, allowed=ResourceSet([7] if was_added else []), usable=ResourceSet([7]))
    assert after == (ResourceSet([7] if was_removed else []) if latest else None)


def test_what_is_not_available_any_more_cannot_be_put_back():
    past = Past(ResourceSet(), ResourceSet([7]), latest=True)
    assert former(past, allowed=ResourceSet(), usable=ResourceSet()) is None


def test_every_action_has_a_verb():
    assert set(VERBS) == set(Action)
