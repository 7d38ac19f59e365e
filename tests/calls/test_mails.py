"""One mail a day at most about refusals of what worked before, to the KH who wants it."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.calls import tasks
from apps.companies.rules import Role
from apps.usage.models import Usage
from tests.factories import CompanyFactory, IntegrationFactory, ListingFactory, MembershipFactory
from tests.work import mails

pytestmark = pytest.mark.django_db
BLOCKED = "blocked_for_integration"
TODAY = datetime(2026, 11, 26, 6, tzinfo=timezone.get_default_timezone())
DAY = timedelta(days=1)


@pytest.fixture
def used():
    """Return a function that counts calls of an integration, so many days before today."""

    def used(company, integration, resource="customer.nv", *, ago, calls=1, verdict=""):
        day = TODAY.date() - ago * DAY
        Usage.objects.create(
            day=day,
            company=company.pk,
            integration=integration.pk,
            identifier=ago,
            resource=resource,
            verdict=verdict,
            count=calls,
            last_at=timezone.make_aware(datetime.combine(day, time(12))),
        )

    return used


@pytest.fixture
def broken(used, company, severa, catalogue):
    """Severa worked for weeks, and is refused since yesterday."""
    ListingFactory(company=company, integration=severa)
    used(company, severa, ago=40)
    used(company, severa, ago=1, calls=36, verdict=BLOCKED)


@pytest.fixture
def url(company):
    return f"/companies/{company.business_id}/calls/"


@pytest.fixture
def told(editor):
    """The editor wants mails."""
    User.objects.filter(pk=editor.user.pk).update(mails_refusals=True, language="en")
    return editor.user


def sent(now=TODAY):
    """Return whom this run mailed."""
    before = len(mails())
    tasks.tell(now)
    return [message.to[0] for message in mails()[before:]]


def test_they_are_off_until_a_kh_turns_them_on(client, sign_in, editor, broken, url):
    kh = sign_in(editor.user)
    assert "These emails are off." in kh.get(url).text
    assert sent() == []
    answer = kh.post(f"{url}mails/", {"wanted": "1"}, follow=True).text
    assert "You will get an email about new refusals" in answer
    assert "These emails are on." in answer
    assert sent() == [editor.user.email]
    assert "no more emails" in kh.post(f"{url}mails/", follow=True).text
    assert sent(TODAY + DAY) == []


def test_the_mail_says_what_was_refused_where_and_why(broken, told, company):
    sent()
    [message] = mails()
    assert message.subject == "Calls are refused that passed before"
    assert f"{company}\n- Severa: Blocked for this integration (36)" in message.body
    assert "25 Nov 2026" in message.body


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fi", "Aiemmin hyväksyttyjä pyyntöjä hylätään"),
        ("sv", "Anrop avvisas som tidigare godkändes"),
    ],
)
def test_it_is_in_the_readers_language(broken, told, language, subject):
    User.objects.update(language=language)
    sent()
    [message] = mails()
    assert message.subject == subject
    assert "Blocked" not in message.body


def test_never_twice_on_a_day_and_never_before_the_morning(broken, told):
    assert sent(TODAY - timedelta(minutes=1)) == []
    assert [sent(TODAY + timedelta(hours=hour)) for hour in range(3)] == [[told.email], [], []]


def test_what_goes_on_is_not_told_again(broken, told, used, company, severa):
    sent()
    used(company, severa, ago=0, verdict=BLOCKED)
    assert sent(TODAY + DAY) == []
    used(company, severa, ago=0, verdict="paused")
    assert sent(TODAY + DAY) == [told.email]


@pytest.mark.parametrize("before", [{"ago": 92}, {"ago": 40, "resource": "customerlist.nv"}])
def test_what_never_worked_is_not_told(told, used, company, severa, before):
    used(company, severa, **before)
    used(company, severa, ago=1, verdict=BLOCKED)
    assert sent() == []
    used(company, severa, "", ago=1, verdict="wrong_signature")
    assert sent() == ([told.email] if before["ago"] < 92 else [])


def test_one_mail_holds_all_companies_of_a_person_and_none_of_others(
    broken, told, used, company, severa
):
    second, other = CompanyFactory(name="A Second"), CompanyFactory(name="Not Theirs")
    MembershipFactory(user=told, company=second, editor=True)
    MembershipFactory(user=told, company=other, roles=[Role.TT])
    for where in (second, other):
        used(where, severa, ago=3)
        used(where, severa, ago=1, calls=7, verdict=BLOCKED)
    assert sent() == [told.email]
    body = mails()[-1].body
    assert body.index("A Second") < body.index("Test Bakery")
    assert "Not Theirs" not in body


def test_who_is_kh_no_longer_is_not_told(broken, told, editor):
    editor.roles = []
    editor.save()
    assert sent() == []


def test_a_right_that_ends_before_the_mail_goes_out_ends_the_mail(broken, told, editor):
    tasks.tell(TODAY)
    editor.delete()
    assert mails() == []


def test_a_custom_integration_that_is_not_listed_is_not_named(told, used, company, catalogue):
    secret = IntegrationFactory(custom=True, name_en="Secret Bridge")
    used(company, secret, ago=3)
    used(company, secret, ago=1, verdict=BLOCKED)
    sent()
    [message] = mails()
    assert "- Custom integration that is not in the list: Blocked" in message.body


def test_who_is_no_kh_is_not_offered_them(sign_in, reader, url):
    assert "Emails about new refusals" not in sign_in(reader.user).get(url).text
