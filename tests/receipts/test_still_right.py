"""Rights are found still right: recorded once, with who, when and which."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.companies.texts import day
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet, Review
from tests.factories import MembershipFactory, set_of
from tests.history.helpers import url as history
from tests.history.helpers import words
from tests.rights.addresses import page_url

pytestmark = pytest.mark.django_db
RECORDED = "Recorded: these rights are still right."
CHANGED = "The rights have been changed since."


@pytest.fixture
def answer(url):
    """Return a function that presses the button of a page as somebody."""

    def answer(client, integration, page=None):
        page = page or client.get(url(integration)).text
        seen = re.search(r'name="seen" value="([^"]*)"', page)[1]
        return client.post(url(integration, "still-right/"), {"seen": seen}, follow=True)

    return answer


def reviews():
    return AuditEvent.objects.filter(verb="review:rights")


def test_it_is_recorded_with_who_when_and_which(kh, url, listed, answer, catalogue):
    said = words(answer(kh, listed))
    today = day(timezone.now())
    assert RECORDED in said
    assert f"Last reviewed {today}, Edith Editor" in said
    assert CHANGED not in said
    listing = Listing.objects.get(integration=listed)
    assert listing.review.found == set_of(catalogue, ["customer.nv", "employee.nv"])
    assert f"{today}, Edith Editor" in words(kh.get(url()))


def test_the_history_says_it_in_words_to_those_who_may_see_rights(
    kh, listed, answer, company, sign_in
):
    answer(kh, listed)
    auditor = MembershipFactory(company=company, roles=["TT"], levels={"vouchers": "view"})
    assert "Severa: rights reviewed: still right" in words(kh.get(history(company)))
    assert "Severa" not in sign_in(auditor.user).get(history(company)).text


def test_a_later_change_shows_and_going_back_to_what_was_reviewed_ends_that(
    kh, url, listed, answer, change
):
    answer(kh, listed)
    change(listed, "customerlist.nv")
    for page in (url(listed), url()):
        assert CHANGED in words(kh.get(page))
    change(listed, "customerlist.nv", allow=False)
    for page in (url(listed), url()):
        assert CHANGED not in words(kh.get(page))


def test_a_second_press_records_nothing_and_another_person_does(
    kh, url, listed, answer, company, sign_in
):
    page = kh.get(url(listed)).text
    for _ in range(2):
        assert RECORDED in answer(kh, listed, page).text
    assert reviews().count() == 1
    other = MembershipFactory(company=company, editor=True, user__name="Otto Other").user
    assert "Otto Other" in answer(sign_in(other), listed, page).text
    assert reviews().count() == 2


def test_what_was_changed_meanwhile_must_be_seen_first(kh, url, listed, answer, change):
    page = kh.get(url(listed)).text
    change(listed, "customerlist.nv")
    response = answer(kh, listed, page)
    assert response.status_code == 409
    assert "These rights were changed after you opened the page." in response.text
    assert "Get customer list" in words(response)
    assert kh.post(url(listed, "still-right/")).status_code == 409
    assert not reviews().exists()


def test_a_change_can_be_undone_after_a_review(kh, listed, answer, company):
    event = AuditEvent.objects.latest("pk").pk
    answer(kh, listed)
    kh.post(f"{page_url(company, listed)}undo/", {"event": event})
    assert not Listing.objects.get(integration=listed).allowed


def test_whoever_opens_the_address_is_led_to_the_page(kh, url, listed):
    assert kh.get(url(listed, "still-right/")).headers["Location"] == url(listed)


def test_a_repetition_is_the_same_person_finding_the_same_within_an_hour():
    first = Review(timezone.now(), "Edith", ResourceSet([1]))
    later = first.at + timedelta(minutes=59)
    assert Review(later, "Edith", ResourceSet([1])).repeats(first)
    assert not Review(later + timedelta(minutes=2), "Edith", ResourceSet([1])).repeats(first)
    assert not Review(later, "Otto", ResourceSet([1])).repeats(first)
    assert not Review(later, "Edith", ResourceSet([2])).repeats(first)
    assert not first.repeats(None)
