"""Which older ways of signing a company accepts, until when, and what the endpoint makes of it."""

from datetime import UTC, date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.companies.access import enter
from apps.companies.models import Company
from apps.core.days import end_of, start_of
from apps.gateway import services
from apps.gateway.models import OlderSignature
from apps.gateway.rules import Refusal, wrong_last_day
from apps.gateway.signing import Algorithm
from apps.usage.models import ApiRequest
from tests.factories import MembershipFactory
from tests.files import text_of
from tests.gateway.signer import signed
from tests.history.helpers import words
from tests.history.test_csv import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


def url(company, rest=""):
    return f"/companies/{company.business_id}/signatures/{rest}"


def sent(day, algorithm="SHA256"):
    """Return what the form of one way of signing sends."""
    return {"algorithm": algorithm, "last_day": str(day)}


def test_the_rights_page_leads_to_it_and_nothing_is_accepted_at_first(client, company, catalogue):
    assert url(company) in client.get(f"/companies/{company.business_id}/interface-resources/").text
    assert words(client.get(url(company))).count("Not accepted") == 2


def test_an_editor_accepts_one_until_a_day(client, company, today):
    response = client.post(url(company, "accept/"), sent(today), follow=True)
    assert "SHA256 is accepted until the end of" in words(response)
    one = OlderSignature.objects.get(company=company)
    assert (one.algorithm, one.last_day) == ("SHA256", today)
    assert one.until == end_of(today)
    assert words(response).count("Not accepted") == 1


def test_a_later_day_takes_the_place_of_the_former(client, company, today):
    for days in (3, 90):
        client.post(url(company, "accept/"), sent(today + timedelta(days=days)))
    assert OlderSignature.objects.get().last_day == today + timedelta(days=90)
    told = [(event.before, event.after) for event in AuditEvent.objects.order_by("pk")]
    first, second = (str(today + timedelta(days=days)) for days in (3, 90))
    assert told == [
        ({"last_day": None}, {"last_day": first}),
        ({"last_day": first}, {"last_day": second}),
    ]


@pytest.mark.parametrize(("days", "why"), [(-1, "or a later day"), (91, "at most 90 days ahead")])
def test_a_day_that_cannot_be_is_refused_at_its_field(client, company, today, days, why):
    wrong = today + timedelta(days=days)
    response = client.post(url(company, "accept/"), sent(wrong, "MD5"))
    assert response.status_code == 422
    field = response.text.partition('id="md5-last_day"')
    assert f'value="{wrong}"' in field[0].rpartition("<input")[2] + field[2].partition(">")[0]
    assert why in field[2].partition("</section>")[0]
    assert not OlderSignature.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30", "0001-01-01", "99999-01-01"])
def test_what_is_no_day_is_refused_at_its_field(client, company, typed):
    response = client.post(url(company, "accept/"), sent(typed))
    assert response.status_code == 422
    assert 'id="sha256-last_day_error"' in response.text
    assert 'id="md5-last_day_error"' not in response.text


@pytest.mark.parametrize("rest", ["accept/", "end/"])
@pytest.mark.parametrize("algorithm", ["", "HMACSHA256", "SHA1"])
def test_no_other_way_of_signing_is_set(client, company, today, rest, algorithm):
    assert client.post(url(company, rest), sent(today, algorithm)).status_code == 404
    assert not OlderSignature.objects.exists()


def test_it_is_ended_early_and_ending_it_again_records_nothing(client, company, today):
    client.post(url(company, "accept/"), sent(today))
    for _ in range(2):
        response = client.post(url(company, "end/"), {"algorithm": "SHA256"}, follow=True)
        assert "SHA256 is no longer accepted." in words(response)
    assert not OlderSignature.objects.exists()
    assert [event.verb for event in AuditEvent.objects.order_by("pk")] == [
        "signature:accept",
        "signature:end",
    ]


def test_the_same_day_again_records_nothing(client, company, today):
    for _ in range(2):
        client.post(url(company, "accept/"), sent(today))
    assert AuditEvent.objects.count() == 1


def test_one_that_is_over_counts_as_none(client, company, today):
    over = timezone.now() - timedelta(seconds=1)
    OlderSignature.objects.create(company=company, algorithm="SHA256", until=over)
    assert words(client.get(url(company))).count("Not accepted") == 2
    client.post(url(company, "accept/"), sent(today))
    assert AuditEvent.objects.get().before == {"last_day": None}


def test_a_reader_sees_the_state_and_who_can_change_it(sign_in, company, editor, reader, today):
    OlderSignature.objects.create(company=company, algorithm="MD5", until=end_of(today))
    editor.roles = ["TPK"]
    editor.save()
    page = sign_in(reader.user).get(url(company))
    assert "Accepted until the end of" in words(page)
    assert editor.user.email in page.text
    assert "last_day" not in page.text


def test_another_company_is_not_touched(client, company, today):
    theirs = MembershipFactory().company
    OlderSignature.objects.create(company=theirs, algorithm="SHA256", until=end_of(today))
    client.post(url(company, "accept/"), sent(today))
    client.post(url(company, "end/"), {"algorithm": "SHA256"})
    assert OlderSignature.objects.get().company == theirs


def test_nothing_is_written_without_the_lock(editor, today):
    unlocked = enter(editor, editor.user)
    with pytest.raises(PermissionDenied):
        services.accept(unlocked, Algorithm.SHA256, today)
    with pytest.raises(PermissionDenied):
        services.end(unlocked, Algorithm.SHA256)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "older signature accepted"),
        ("fi", "vanha allekirjoitustapa hyväksytty"),
        ("sv", "äldre signatur godkänd"),
    ],
)
def test_the_history_tells_it_and_its_file_too(client, company, editor, today, language, said):
    editor.user.language = language
    editor.user.save()
    client.post(url(company, "accept/"), sent(today))
    history = f"/companies/{company.business_id}/history/"
    assert f"SHA256: {said}" in words(client.get(history))
    assert f'"{said}"' in text_of(client.get(f"{history}csv/"))


def test_its_line_in_the_file_names_the_days(client, company, today):
    client.post(url(company, "accept/"), sent(today))
    [line] = rows(client.get(f"/companies/{company.business_id}/history/csv/"))
    assert line["Change code"] == "signature:accept"
    assert line["Details"] == f"Last day: {today:%-d %b %Y} (before: none)"


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25), date(2027, 1, 15)])
def test_a_day_ends_at_midnight_when_clocks_change_too(day):
    hours = {date(2027, 3, 28): 23, date(2026, 10, 25): 25}.get(day, 24)
    first, end = (moment.astimezone(UTC) for moment in (start_of(day), end_of(day)))
    assert end - first == timedelta(hours=hours)
    assert OlderSignature(until=end_of(day)).last_day == day


def test_today_is_the_first_last_day_and_90_days_ahead_the_last():
    today = date(2027, 1, 1)
    reasons = {
        days: wrong_last_day(today + timedelta(days=days), today=today) for days in (-1, 0, 90, 91)
    }
    assert reasons == {-1: Refusal.PAST, 0: None, 90: None, 91: Refusal.TOO_LATE}


@pytest.mark.parametrize("algorithm", ["SHA256", "MD5"])
def test_the_endpoint_accepts_it_from_the_moment_it_is_on_until_it_is_off(
    sign_in, account, ask_now, today, algorithm
):
    company = Company.objects.get(pk=account.made_in_id)
    client = sign_in(MembershipFactory(company=company, editor=True).user)

    def status():
        return ask_now(signed("/customerlist.nv", algorithm=algorithm)).status

    assert status() == 401
    client.post(url(company, "accept/"), sent(today, algorithm))
    assert status() == 204
    assert ApiRequest.objects.get().algorithm == algorithm
    OlderSignature.objects.update(until=timezone.now())
    assert status() == 401
    client.post(url(company, "accept/"), sent(today, algorithm))
    assert status() == 204
    client.post(url(company, "end/"), {"algorithm": algorithm})
    assert status() == 401


def test_accepting_one_accepts_no_other(sign_in, account, ask_now, today):
    company = Company.objects.get(pk=account.made_in_id)
    client = sign_in(MembershipFactory(company=company, editor=True).user)
    client.post(url(company, "accept/"), sent(today, "MD5"))
    assert ask_now(signed("/customerlist.nv", algorithm="SHA256")).status == 401
