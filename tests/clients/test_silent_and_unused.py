"""Client companies whose calls have stopped, or whose rights no call uses: signs, filters, counts."""

import re
from datetime import datetime, time, timedelta
from random import Random

import pytest
from django.utils import timezone

from apps.demo.services import Earlier
from apps.usage.models import Usage
from apps.usage.services import count_habits
from tests.factories import CompanyFactory, IntegrationFactory, ListingFactory, set_of
from tests.files import rows_of

pytestmark = pytest.mark.django_db
CODES = ["customer.nv", "customerlist.nv", "employee.nv"]
SILENT, UNUSED = "No calls from ", "not used in 90 days"


def used(company, integration, *days, resource="customer.nv", calls=40, verdict=""):
    """Count calls on some days, given as so many days ago."""
    for ago in days:
        day = timezone.localdate() - timedelta(days=ago)
        at = timezone.make_aware(datetime.combine(day, time(12)))
        key = {"day": day, "company": company.pk, "integration": integration.pk, "identifier": 1}
        Usage.objects.create(**key, resource=resource, verdict=verdict, count=calls, last_at=at)


def count():
    """Do what the worker does every hour."""
    count_habits(timezone.localdate())


def marks(text):
    """Return the marks of all rows that are about calls."""
    found = re.findall(r"</svg>\s*<span>([^<]*)</span></li>", text)
    return [mark for mark in found if SILENT in mark or UNUSED in mark or "calling" in mark]


def found(served, need):
    """Return which companies a filter finds, and how many it says."""
    text = served.get("/office/", {"attention": need}).text
    names = re.findall(r'<td role="cell"><a href="/companies/[^"]*">([^<]*)</a>', text)
    [count] = re.findall(r'id="list-count" role="status">(\d+) compan', text)
    assert int(count) == len(names)
    return names


def test_what_stopped_for_seven_days_is_said_with_what_is_usual(served, serve, severa):
    for name, last in (("Seven", 7), ("Eight", 8)):
        used(serve(name=name), severa, *range(last, last + 14))
    used(serve(name="No pattern"), severa, *range(8, 21))
    used(serve(name="Too few"), severa, *range(8, 22), calls=4)
    refused = serve(name="Refused")
    used(refused, severa, *range(8, 30))
    used(refused, severa, 7, verdict="paused")
    used(CompanyFactory(), severa, *range(8, 30))
    count()
    assert found(served, "silent") == ["Eight"]
    [mark] = marks(served.get("/office/").text)
    assert mark.startswith("No calls from Severa since ")
    assert mark.endswith("Usually there are 40 a day.")


def test_several_are_counted_and_a_hidden_custom_one_is_not_named(served, serve, severa):
    one, two = serve(name="One"), serve(name="Two")
    for integration in (severa, IntegrationFactory()):
        used(one, integration, *range(8, 30))
    used(two, IntegrationFactory(custom=True, name_en="Secret"), *range(8, 30))
    count()
    first, second = marks(served.get("/office/").text)
    assert first == "2 integrations have stopped calling"
    assert second.startswith("No calls from Custom integration that is not in the list since")


def test_rights_that_no_call_used_are_counted_once_ninety_days_are(
    served, serve, severa, catalogue
):
    for name, first in (("Young", 89), ("Old", 90)):
        company = serve(name=name)
        ListingFactory(company=company, integration=severa, allowed=set_of(catalogue, CODES))
        ListingFactory(company=company, integration=None, allowed=set_of(catalogue, CODES))
        used(company, severa, first, 1)
        used(company, IntegrationFactory(), 1, resource="employee.nv")
    count()
    assert found(served, "unused") == ["Old"]
    assert marks(served.get("/office/").text) == ["4 allowed rights were not used in 90 days"]
    assert [row[6] for row in rows_of(served.get("/office/csv/", {"q": "Old"}))][1].endswith(
        "4 allowed rights were not used in 90 days"
    )


def test_what_was_allowed_within_ninety_days_is_not_called_unused(
    served, serve, severa, catalogue, change, access
):
    for name, ago in (("New", 89), ("Old", 90)):
        company = serve(name=name)
        day = timezone.now() - timedelta(days=ago)
        by = Earlier(**{**vars(access), "company": company}, at=day)
        for integration in (severa, None):
            change(integration, *CODES, by=by)
        used(company, severa, 90, 1)
        used(company, IntegrationFactory(), 1, resource="employee.nv")
    count()
    assert found(served, "unused") == ["Old"]
    assert marks(served.get("/office/").text) == ["4 allowed rights were not used in 90 days"]


def test_filters_signs_and_homes_agree_over_forty_clients(served, serve, catalogue):
    chance = Random(3)  # noqa: S311 - no secret
    integrations = [*IntegrationFactory.create_batch(3), IntegrationFactory(custom=True)]
    limited = IntegrationFactory(available_only=set_of(catalogue, CODES[:1]))
    clients = [serve(name=f"Client {number:02}") for number in range(40)]
    for company in clients:
        for one in chance.sample([*integrations, limited, None], chance.randrange(5)):
            allowed, lately = (
                set_of(catalogue, chance.sample(CODES, chance.randrange(4))) for _ in range(2)
            )
            last = timezone.localdate() - timedelta(days=chance.choice([0, 89, 90]))
            when = {"lately": lately, "last_allowed_on": last} if chance.randrange(2) else {}
            ListingFactory(company=company, integration=one, allowed=allowed, **when)
        for one in chance.sample([*integrations, limited], chance.randrange(4)):
            for code in chance.sample(CODES, chance.randrange(1, 4)):
                days = range(chance.choice([0, 8]), chance.choice([20, 24, 89, 92]), 2)
                used(company, one, *days, resource=code)
    count()
    rows = served.get("/office/").text.split('<tr role="row">')[2:]
    signs = {re.findall(r"<a [^>]*>([^<]*)</a>", row)[0]: marks(row) for row in rows}
    unused = [name for name, mine in signs.items() if any(UNUSED in mark for mark in mine)]
    silent = [name for name, mine in signs.items() if any(UNUSED not in mark for mark in mine)]
    assert (found(served, "unused"), found(served, "silent")) == (unused, silent)
    home = {one.name: served.get(f"/companies/{one.business_id}/").text for one in clients}
    assert unused == [name for name in signs if UNUSED in home[name]]
    assert min(len(signs) - 39, len(unused) - 5, len(silent) - 5) > 0


def test_new_general_rights_are_not_called_unused_where_all_that_calls_is_listed(
    served, serve, severa, catalogue
):
    company, lately = serve(name="New"), timezone.localdate() - timedelta(days=89)
    for integration in (severa, None):
        allowed = set_of(catalogue, CODES)
        when = {"lately": allowed, "last_allowed_on": lately}
        ListingFactory(company=company, integration=integration, allowed=allowed, **when)
    used(company, severa, 90, 1)
    count()
    assert found(served, "unused") == []
    assert marks(served.get("/office/").text) == []
