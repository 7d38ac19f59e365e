"""The integrations with when each was reviewed, and what the company home says of it."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from apps.receipts.rules import is_due
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet, Review
from tests.factories import IntegrationFactory, ListingFactory
from tests.history.helpers import words
from tests.rights.addresses import page_url

pytestmark = pytest.mark.django_db
NOW, YEAR = timezone.now(), timedelta(days=365)
SOME, NOTHING = ResourceSet([0]), ResourceSet()


def reviewed(company, name, at, allowed=SOME):
    """List an integration that was reviewed at a moment."""
    facts = {"reviewed_at": at, "reviewed_by": "Edith Editor <e@test.example>"} if at else {}
    one = IntegrationFactory(name_en=name)
    ListingFactory(company=company, integration=one, allowed=allowed, reviewed=allowed, **facts)


@pytest.fixture
def some(company, catalogue):
    """Three that are due, of which one was never reviewed, and two that are not."""
    reviewed(company, "Alpha", NOW - timedelta(days=3))
    reviewed(company, "Beta", NOW - YEAR - timedelta(days=1))
    reviewed(company, "Gamma", None)
    reviewed(company, "Closed", None, NOTHING)
    ListingFactory(company=company, integration=None, allowed=SOME)


def test_those_that_are_due_come_first(kh, url, some):
    said = words(kh.get(url()))
    names = ("Beta", "Gamma", "Alpha", "Closed")
    assert sorted(names, key=said.index) == list(names)
    assert "2 integrations are due for review." in said
    assert "Gamma 1 of 5 allowed Not reviewed yet" in said
    assert "Closed 0 of 5 allowed Nothing is allowed" in said


def test_the_home_leads_there_and_counts_for_those_who_may_answer(
    kh, url, some, company, sign_in, reader
):
    home = f"/companies/{company.business_id}/"
    due = "2 integrations are due for review."
    for client, counts in ((kh, True), (sign_in(reader.user), False)):
        text = client.get(home).text
        assert f'<a href="{url()}">Yearly review</a>' in text
        assert (due in text) is counts
    Listing.objects.update(reviewed_at=NOW)
    assert "in a year" not in kh.get(home).text


def test_without_an_integration_there_is_nothing_to_review(kh, url, company, catalogue):
    assert "Yearly review" not in kh.get(f"/companies/{company.business_id}/").text
    assert "No integration is in the list yet." in kh.get(url()).text


def test_due_is_what_is_allowed_and_was_not_reviewed_for_a_year():
    for ago, in_force in product([None, YEAR, YEAR + timedelta(seconds=1)], [SOME, NOTHING]):
        review = Review(NOW - ago, "Edith", SOME) if ago else None
        late = ago != YEAR
        assert is_due(review, in_force, NOW) is (late and in_force is SOME)


def test_the_window_about_an_integration_in_the_list_leads_to_its_review(kh, url, listed, company):
    link = f'<a href="{url(listed)}">Yearly review</a>'
    assert link in kh.get(f"{page_url(company, listed)}about/").text
    other = IntegrationFactory()
    assert "Yearly review" not in kh.get(f"{page_url(company, other)}about/").text
