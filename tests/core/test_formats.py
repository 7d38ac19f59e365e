"""Dates and times as the readers of each language write them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from apps.companies.texts import day
from apps.history.texts import clock, lately
from apps.identifiers.texts import moment

NOVEMBER = datetime(2026, 11, 5, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["5 Nov", "5 Nov 2026", "5 Nov 2026 09:05", "09:05"]),
        ("fi", ["5.11.", "5.11.2026", "5.11.2026 klo 9.05", "9.05"]),
        ("sv", ["5.11.", "5.11.2026", "5.11.2026 kl. 09.05", "09.05"]),
    ],
)
def test_a_moment_in_november(language, words):
    with translation.override(language):
        earlier = lately(NOVEMBER, NOVEMBER + timedelta(days=30))
        assert lately(NOVEMBER, NOVEMBER + timedelta(days=301)) == words[1]
        assert [earlier, day(NOVEMBER), moment(NOVEMBER), clock(NOVEMBER)] == words
