"""Reopening only what was used in the ninety days before API traffic was blocked."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.reopening.rules import Known, known
from apps.resources.models import Listing
from apps.resources.rules import NOTHING, ResourceSet
from apps.usage.models import Usage
from tests.factories import IntegrationFactory, ListingFactory, MembershipFactory
from tests.rights.addresses import page_url

TODAY = timezone.localdate


def day(ago):
    """Return the day so many days ago."""
    return TODAY() - timedelta(days=ago)


def call(company, integration, code, *, ago, count=1, verdict=""):
    """Count calls of a day."""
    Usage.objects.create(
        day=day(ago),
        company=company.pk,
        integration=integration.pk,
        identifier=1,
        resource=code,
        verdict=verdict,
        count=count,
        last_at=timezone.now() - timedelta(days=ago),
    )


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


@pytest.fixture
def closed(client, company, severa):
    """Severa had three resources and the general rights two; then all traffic was blocked."""
    ListingFactory(company=company, integration=None, allowed=ResourceSet([3, 4]))
    ListingFactory(company=company, integration=severa, allowed=ResourceSet([0, 1, 2]))
    client.post(page_url(company) + "block-traffic/")
    return company


def url_of(company, name="reopen"):
    return reverse(name, args=[company.business_id])


def panel(client, company, integration=None):
    """Return what the page shows of one listing."""
    key = integration.public_id if integration else "general"
    return client.get(url_of(company)).text.partition(f'id="w-{key}"')[2].partition("</section>")[0]


def test_each_resource_says_how_often_it_was_used_and_when_last(client, closed, severa):
    call(closed, severa, "customer.nv", ago=91)
    call(closed, severa, "customer.nv", ago=90, count=30)
    call(closed, severa, "customer.nv", ago=3, count=6)
    call(closed, severa, "customerlist.nv", ago=2, verdict="blocked_for_integration")
    text = panel(client, closed, severa)
    last = day(3).strftime("%-d %b %Y")
    assert text.count("<small ") == 1
    assert f"36 calls, last on {last}</small>" in text
    assert f"1 of these resources was used in the 90 days before the block, last on {last}." in text
    assert ">Reopen only those used in 90 days (1)<" in " ".join(text.split()).replace(
        "> ", ">"
    ).replace(" <", "<")


def test_the_button_asks_and_reopens_exactly_those(client, closed, severa):
    call(closed, severa, "customer.nv", ago=100)
    call(closed, severa, "salesinvoice.nv", ago=1)
    used = ResourceSet([2]).hex
    assert f'name="used" value="{used}"' in panel(client, closed, severa)
    sent = {"integration": severa.public_id, "whole": ResourceSet([0, 1, 2]).hex, "used": used}
    question = client.post(url_of(closed, "ask_reopen"), sent).text.partition("<main")[2]
    assert "1 resource will be allowed again immediately." in question
    assert f'name="whole" value="{used}"' in question
    sent = {"integration": severa.public_id, "whole": used}
    client.post(url_of(closed, "reopen_rights"), sent)
    assert Listing.objects.get(company=closed, integration=severa).allowed == ResourceSet([2])
    assert bytes(AuditEvent.objects.latest("pk").added) == bytes(ResourceSet([2]))


def blocked(company, integration, *blocks):
    """Let resources wait since blocks, each so many days ago."""
    waiting = ResourceSet(position for _ago, taken in blocks for position in taken)
    ListingFactory(company=company, integration=integration, waiting=waiting)
    for ago, taken in blocks:
        AuditEvent.objects.create(
            at=timezone.now() - timedelta(days=ago),
            company_id=company.pk,
            verb="rights:close",
            subject_kind="integration",
            subject_id=integration.pk,
            removed=bytes(ResourceSet(taken)),
        )


def test_what_counts_are_the_days_before_the_block_however_late_it_is_reopened(
    client, company, severa
):
    blocked(company, severa, (200, [0, 1, 2]))
    call(company, severa, "customer.nv", ago=290)
    call(company, severa, "customerlist.nv", ago=291)
    call(company, severa, "salesinvoice.nv", ago=100)
    text = panel(client, company, severa)
    assert "1 of these resources was used in the 90 days before the block" in text
    assert f'name="used" value="{ResourceSet([0]).hex}"' in text


def test_each_resource_is_looked_at_before_the_block_that_it_waits_since(client, company, severa):
    blocked(company, severa, (200, [0, 1]), (50, [3]))
    for code in ("customer.nv", "employee.nv"):
        call(company, severa, code, ago=250)
        call(company, severa, code, ago=291)
    call(company, severa, "customerlist.nv", ago=70)
    assert f'name="used" value="{ResourceSet([0]).hex}"' in panel(client, company, severa)
    call(company, severa, "employee.nv", ago=140)
    assert f'name="used" value="{ResourceSet([0, 3]).hex}"' in panel(client, company, severa)


def test_general_rights_were_used_by_those_without_rights_of_their_own(client, closed, severa):
    unlisted, other = IntegrationFactory(), IntegrationFactory()
    call(closed, severa, "employee.nv", ago=95)
    call(closed, severa, "employee.nv", ago=5)
    call(closed, unlisted, "getemployee.nv", ago=5, count=2)
    call(closed, other, "getemployee.nv", ago=4, count=3)
    text = panel(client, closed)
    assert f"5 calls, last on {day(4).strftime('%-d %b %Y')}" in text
    assert f'value="{ResourceSet([4]).hex}"' in text


def test_it_says_since_when_calls_are_counted_and_offers_no_more_than_that(client, closed, severa):
    assert "it is not known what was used" in panel(client, closed, severa)
    call(closed, severa, "customer.nv", ago=89)
    text, since = panel(client, closed, severa), day(89).strftime("%-d %b %Y")
    assert f"Calls have been counted since {since}. From then until the block 1 of these" in text
    assert f"Reopen only those used since {since} (1)" in text
    assert "90 days" not in text
    rest = panel(client, closed)
    assert f"Calls have been counted since {since}. None of these resources was used" in rest
    assert "only those used" not in rest
    call(closed, severa, "old.nv", ago=90)
    assert "None of these resources was used in the 90 days" in panel(client, closed)


@pytest.mark.parametrize(
    ("since", "first", "last", "expected"),
    [
        (None, 0, 0, Known.NOTHING),
        (-1, 0, 0, Known.NOTHING),
        (0, 0, 0, Known.PART),
        (89, 0, 0, Known.PART),
        (90, 0, 0, Known.ALL),
        (90, 1, 0, Known.PART),
        (1, 5, 0, Known.PART),
    ],
)
def test_how_much_is_known(since, first, last, expected):
    counted = None if since is None else day(since)
    assert known(counted, first=day(first), last=day(last)) is expected


def test_of_several_only_what_was_used_is_asked_about(client, closed, severa):
    call(closed, severa, "customer.nv", ago=95)
    call(closed, severa, "customer.nv", ago=5)
    text = client.get(url_of(closed)).text
    assert ">Reopen only those used in 90 days</button>" in text
    used = f"{severa.public_id}:{ResourceSet([0]).hex}"
    assert f'name="used" value="{used}"' in text
    both = [
        f"general:{ResourceSet([3, 4]).hex}",
        f"{severa.public_id}:{ResourceSet([0, 1, 2]).hex}",
    ]
    for ticks in ({"listing": both}, {"all": "1", "shown": both}):
        sent = {**ticks, "used": used, "only_used": "1"}
        question = client.post(url_of(closed, "ask_reopen_several"), sent).text
        assert "1 resource will be allowed again immediately." in question
        assert f'name="listing" value="{used}"' in question


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose at least one integration."),
        ({"listing": f"general:{NOTHING.hex}"}, "was not used before it was blocked"),
        ({"listing": f"general:{NOTHING.hex}", "used": "general:zz"}, "there is no such resource"),
    ],
)
def test_several_of_which_nothing_was_used_are_not_asked_about(client, closed, sent, words):
    response = client.post(url_of(closed, "ask_reopen_several"), {**sent, "only_used": "1"})
    assert response.status_code == 422
    assert words in response.text


def test_what_was_used_elsewhere_is_not_told(client, closed, severa, sign_in):
    other = MembershipFactory(editor=True).company
    for ago in (5, 95):
        call(other, severa, "customer.nv", ago=ago)
    text = client.get(url_of(closed)).text
    assert "only those used" not in text
    assert "<small " not in text
    assert text.count("it is not known what was used") == 2
