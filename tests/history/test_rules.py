"""What a company's events add up to, and what is offered about a change."""

from itertools import product

import pytest

from apps.history.rules import Offer, is_period, offer, replay
from apps.resources.rules import NOTHING, ResourceSet

OFFERS = {
    # closes, changed, newest
    (True, True, True): Offer.REVIEW,
    (True, False, True): Offer.REVIEW,
    (True, True, False): Offer.NOTHING,
    (True, False, False): Offer.NOTHING,
    (False, True, True): Offer.PUT_BACK,
    (False, True, False): Offer.CHANGED_SINCE,
    (False, False, True): Offer.NOTHING,
    (False, False, False): Offer.NOTHING,
}


@pytest.mark.parametrize("facts", OFFERS)
def test_what_is_offered_to_those_who_may_edit(facts):
    closes, changed, newest = facts
    assert offer(may_edit=True, closes=closes, changed=changed, newest=newest) is OFFERS[facts]


@pytest.mark.parametrize(("closes", "changed", "newest"), list(product((True, False), repeat=3)))
def test_nobody_else_is_offered_anything(closes, changed, newest):
    nothing = offer(may_edit=False, closes=closes, changed=changed, newest=newest)
    assert nothing is Offer.NOTHING


def test_a_change_blocks_before_it_allows():
    both = ResourceSet([1])
    assert replay([(None, both, both), (1, NOTHING, NOTHING)]) == {None: both, 1: NOTHING}


@pytest.mark.parametrize(
    ("before", "after", "alone"),
    [
        ({"valid_until": None}, {"valid_until": "x"}, True),
        ({"valid_from": "x"}, {"valid_until": "x"}, True),
        ({"roles": ["KP"], "valid_until": None}, {"roles": ["KH"], "valid_until": "x"}, False),
        ({"valid_until": "x"}, {"valid_until": "x"}, False),
        ({}, {}, False),
        (None, {"valid_until": "x"}, False),
        ({"valid_until": "x"}, "text", False),
    ],
)
def test_a_period_alone(before, after, alone):
    assert is_period(before, after) is alone
