"""What the review of one integration tells, and to whom."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.companies.access import enter
from apps.companies.texts import day
from apps.receipts.reads import past
from apps.resources.reads import board
from apps.resources.rules import ResourceSet
from tests.factories import (
    ApiIdentifierFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
)
from tests.history.helpers import words

pytestmark = pytest.mark.django_db
TODAY = timezone.now()
UNUSED = "Allowed, but not used"


def test_it_tells_what_may_be_done_by_whom_and_what_is_needed(kh, url, listed):
    said = words(kh.get(url(listed)))
    assert f"In the list since {day(TODAY)}, Edith Editor" in said
    assert "What it may do 2 of 5 allowed" in said
    assert "Sales 1 of 3 allowed 0 0" in said
    assert "Salaries 1 of 2 allowed 0 0" in said
    assert "Sales 1 Import customer details Salaries 1 Import an employee" in said
    assert "1 of the 2 resources it needs are blocked. 1 allowed beyond what it needs." in said
    assert f"Who allowed it 2 resources · {day(TODAY)}, Edith Editor" in said
    assert "Last reviewed Not reviewed yet" in said


def test_each_decision_that_still_counts_is_told_the_newest_first(
    kh, url, listed, change, other_access
):
    change(listed, "employee.nv", allow=False)
    change(listed, "employee.nv", by=other_access)
    by_both = f"Import an employee · {day(TODAY)}, Otto Other Import customer details · "
    assert f"Who allowed it {by_both}{day(TODAY)}, Edith" in words(kh.get(url(listed)))


def test_what_was_used_is_told_of_a_year_and_of_ninety_days(kh, url, long_listed, used):
    used(long_listed, "customer.nv", ago=400)
    used(long_listed, "customer.nv", ago=364, calls=1200)
    used(long_listed, "customer.nv", ago=89, calls=34)
    used(long_listed, "customer.nv", ago=1, calls=9, verdict="blocked_for_integration")
    last = day(TODAY - timedelta(days=89))
    said = words(kh.get(url(long_listed)))
    assert "Sales 1 of 3 allowed 1 1" in said
    assert f"Import customer details customer.nv 1,234 34 {last}" in said
    unused = f"{UNUSED} 1 allowed resource has not been used in 12 months."
    assert f"{unused} Salaries 1 Import an employee" in said
    assert "Calls have been counted since" not in said


def test_a_young_log_says_since_when_it_counts(kh, url, long_listed, used):
    used(IntegrationFactory(), "customer.nv", ago=30)
    used(long_listed, "employee.nv", ago=40, where=MembershipFactory().company)
    since, said = day(TODAY - timedelta(days=30)), words(kh.get(url(long_listed)))
    assert f"Calls have been counted since {since}." in said
    assert f"2 allowed resources have not been used since {since}." in said


def test_what_was_allowed_lately_is_not_called_unused(kh, url, long_listed, change, used):
    used(long_listed, "employee.nv", ago=300)
    change(long_listed, "salesinvoice.nv")
    said = words(kh.get(url(long_listed)))
    new = "1 resource without calls was allowed less than 90 days ago: it is too early to tell whether it is needed."
    assert f"{UNUSED} 1 allowed resource has not been used since" in said
    assert f"{new} Sales 2 " in said


def test_without_a_log_nothing_is_called_unused(kh, url, listed):
    said = words(kh.get(url(listed)))
    assert "so nobody can tell what is used." in said
    assert "Allowed Sales 1 Import customer details" in said
    assert UNUSED not in said


def test_what_was_taken_back_or_used_otherwise_is_told_apart(
    kh, url, listed, change, used, other_access
):
    change(listed, "customer.nv", allow=False, by=other_access)
    used(listed, "salesinvoice.nv", ago=3)
    said = words(kh.get(url(listed)))
    earlier, last = said.partition("Earlier permissions")[2], day(TODAY - timedelta(days=3))
    assert f"Import customer details customer.nv {day(TODAY)}, Otto Other" in earlier
    assert f"Import sales invoice salesinvoice.nv {last}" in earlier
    assert "Import an employee" not in earlier
    assert "Is this still right?" not in earlier, "it is asked before what only the past knew"
    assert f"Last change {day(TODAY)}, Otto Other" in said


def test_identifiers_that_work_are_named_without_their_keys(kh, url, listed, company):
    owner = MembershipFactory(company=company, user__name="Olga Owner").user
    works = ApiIdentifierFactory(owner=owner, made_in=company, integration=listed)
    paused = ApiIdentifierFactory(owner=owner, made_in=company, integration=listed, paused_at=TODAY)
    text = kh.get(url(listed)).text
    assert f"<code>{works.user_id}</code> Olga Owner" in text
    assert paused.user_id not in text
    assert works.key.reveal() not in text


def test_rights_from_before_the_record_say_so(kh, url, company, severa):
    ListingFactory(company=company, integration=severa)
    said = words(kh.get(url(severa)))
    assert "In the list since Not known: from before changes were recorded" in said
    assert "What it may do 0 of 5 allowed" in said


def test_what_is_not_in_the_list_is_not_found(kh, url, listed, company):
    other = IntegrationFactory()
    ListingFactory(integration=other)
    custom = IntegrationFactory(custom=True)
    for one in (other, custom):
        assert kh.get(url(one)).status_code == 404
        assert kh.post(url(one, "still-right/")).status_code == 404


def test_a_reader_sees_it_and_who_may_change(sign_in, reader, editor, url, listed):
    said = words(sign_in(reader.user).get(url(listed)))
    assert "What it may do 2 of 5 allowed" in said
    assert "You can view the rights but not change them." in said
    assert "Edith Editor" in said
    assert "Still right" not in said


@pytest.fixture
def other_access(company):
    """The access of another editor."""
    other = MembershipFactory(company=company, editor=True, user__name="Otto Other")
    return enter(other, other.user, locked=True)


def test_the_newest_of_changes_that_were_alike_tells_what_all_of_them_tell(
    access, change, severa, catalogue
):
    dice, codes = random.Random(3), list(catalogue.by_code)  # noqa: S311 - the same in every run
    codes.remove("old.nv")
    for _ in range(40):
        change(severa, *dice.sample(codes, dice.choice([1, 2])), allow=dice.random() < 0.5)
    found = past(access, board(access, catalogue).of(severa))
    events, last_of = list(AuditEvent.objects.of_rights().order_by("pk")), {}
    for one in events:
        touched = [*ResourceSet.from_column(one.added), *ResourceSet.from_column(one.removed)]
        last_of |= dict.fromkeys(touched, one.at)
    assert {at: one.at for at, one in found.of_each.items()} == last_of
    assert (found.first.at, found.last.at) == (events[0].at, events[-1].at)
