"""The filter "Not used in 90 days": when it is offered, what it shows, and what it never blocks."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.usage.models import Usage
from apps.usage.services import count_habits
from tests.factories import ListingFactory, set_of
from tests.rights.addresses import HTMX, page_url, set_url

NAME, UNUSED = "Not used in 90 days", {"show": "unused"}
BLOCK = {"block": "shown", "show": "unused"}


@pytest.fixture
def page(company, severa, catalogue, sign_in, editor):
    """Return a function that opens Severa's page, its calls having begun so many days ago."""
    allowed = set_of(catalogue, ["customer.nv", "customerlist.nv", "employee.nv"])
    ListingFactory(company=company, integration=severa, allowed=allowed)
    client = sign_in(editor.user)

    def page(first, sent=UNUSED, one=severa):
        today, key = timezone.localdate(), {"company": company.pk, "identifier": 1, "count": 1}
        key |= {"integration": severa.pk, "last_at": timezone.now()}
        for code, ago in (("customer.nv", first), ("employee.nv", 3)):
            for verdict in ("", "paused") if ago == 3 else ("",):
                day = today - timedelta(days=ago)
                Usage.objects.create(**key, day=day, resource=code, verdict=verdict)
        Usage.objects.create(**key, day=today, resource="customerlist.nv", verdict="paused")
        count_habits(today)
        return client, client.get(page_url(company, one), sent).text

    return page


def codes(text):
    return re.findall(r"<code>(.*?)</code>", text)


def test_it_shows_what_is_allowed_and_no_call_used(page):
    _, text = page(91)
    assert codes(text) == ["customer.nv", "customerlist.nv"]
    assert f'<option value="unused" selected>{NAME}</option>' in text
    assert "2 resources" in text


def test_what_was_allowed_lately_is_not_shown(page, change, severa):
    change(severa, "salesinvoice.nv")
    change(severa, "customer.nv", allow=False)
    change(severa, "customer.nv")
    _, text = page(91)
    assert codes(text) == ["customerlist.nv"]


def test_what_was_used_ninety_days_ago_is_not_shown(page):
    _, text = page(90)
    assert codes(text) == ["customerlist.nv"]


@pytest.mark.parametrize(("first", "general"), [(89, False), (91, True)])
def test_it_is_not_offered_before_and_not_for_the_general_rights(page, severa, first, general):
    _client, text = page(first, one=None if general else severa)
    assert NAME not in text
    assert len(codes(text)) > 3


def test_all_of_it_is_blocked_by_the_page_that_asks_again(page, company, severa):
    client, text = page(91)
    assert 'value="shown"' not in text
    calls = f"/companies/{company.business_id}/calls/"
    assert f'<a href="{calls}#h-unused">Block unused rights in API calls</a>' in text
    assert 'id="h-unused"' in client.get(calls).text
    [shown] = set(re.findall(r'name="shown" value="(\w+)"', text))
    client.post(set_url(company, severa), BLOCK | {"shown": shown}, headers=HTMX)
    assert codes(client.get(page_url(company, severa), UNUSED).text) == codes(text)


def test_what_is_pressed_stays_and_the_rest_is_counted_as_it_was_shown(page, company, severa):
    client, text = page(91)
    [shown] = set(re.findall(r'name="shown" value="(\w+)"', text))
    sent = {"block": "customer.nv", "show": "unused", "shown": shown}
    answer = client.post(set_url(company, severa), sent, headers=HTMX).text
    assert "Import customer details blocked for Severa." in answer
    assert "2 of " in answer
    after = client.post(set_url(company, severa), sent, follow=True)
    assert codes(after.text) == ["customer.nv", "customerlist.nv"]
