"""Why nobody may ask, for every combination; and how long a link works."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from apps.recovery.rules import LINK_LASTS, Refusal, link_works, refusal

ASKED = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize("facts", list(product([False, True], repeat=4)), ids=str)
def test_a_factor_is_reset_only_where_nothing_speaks_against_it(facts):
    has_factor, is_staff, is_elsewhere, is_sole_kh = facts
    found = refusal(
        has_factor=has_factor,
        is_staff=is_staff,
        is_elsewhere=is_elsewhere,
        is_sole_kh=is_sole_kh,
    )
    against = {Refusal.SITE_STAFF: is_staff, Refusal.ELSEWHERE: is_elsewhere}
    against |= {Refusal.SOLE_KH: is_sole_kh, Refusal.NO_FACTOR: not has_factor}
    assert found is next((why for why, speaks in against.items() if speaks), None)


@pytest.mark.parametrize(
    ("after", "works"),
    [
        (timedelta(seconds=-1), False),
        (timedelta(0), True),
        (LINK_LASTS - timedelta(seconds=1), True),
        (LINK_LASTS, False),
    ],
)
def test_a_link_works_for_three_days_from_when_it_was_asked_for(after, works):
    assert link_works(now=ASKED + after, asked=ASKED) is works
