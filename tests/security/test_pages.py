"""Who sees what of the security record, as a page and as a file."""

import pytest
from django.test import Client
from django.utils import translation

from apps.companies.models import FormerMember
from apps.security.models import SecurityEvent
from apps.security.rules import Verb
from apps.security.texts import VERBS
from tests.factories import CompanyFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
OWN = "/accounts/events/"


def event(person, verb=Verb.SIGNED_IN, company=None, **more):
    where = {"company_id": company.pk, "company": str(company)} if company else {}
    who = {"person_id": person.pk, "person": str(person)}
    return SecurityEvent.objects.create(verb=verb, **who, **where, **more)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="apps.security.backends.PersonBackend")
    return client


def text_of(answer):
    return b"".join(answer).decode()


@pytest.fixture
def kh(company):
    return MembershipFactory(company=company, editor=True).user


def test_people_see_their_own_events_alone(kh):
    event(kh, about="Mine 1")
    event(UserFactory(), about="Theirs 1")
    client = signed_in(kh)
    page = client.get(OWN).text
    assert "Mine 1" in page
    assert "Theirs 1" not in page
    assert f'href="{OWN}"' in client.get("/accounts/security/").text


def test_kh_sees_members_sign_ins_and_what_left_the_company(kh, company):
    member = MembershipFactory(company=company).user
    event(member, about="SignIn 1")
    event(member, Verb.EXPORTED, company, about="here.csv")
    event(member, Verb.EXPORTED, CompanyFactory(), about="elsewhere.csv")
    event(member, Verb.PASSWORD_CHANGED, about="Private 1")
    event(UserFactory(), about="Outsider 1")
    page = signed_in(kh).get(f"/companies/{company.business_id}/sign-ins/").text
    assert "SignIn 1" in page
    assert "here.csv" in page
    assert not any(said in page for said in ("elsewhere.csv", "Private 1", "Outsider 1"))


def test_the_file_holds_exactly_what_the_filter_finds(kh, company):
    event(kh, Verb.EXPORTED, company, about="kept.csv")
    event(kh, Verb.KEY_SHOWN, company, about="left-out")
    asked = {"verb": "exported", "person": kh.email}
    address = f"/companies/{company.business_id}/sign-ins/csv/"
    rows = text_of(signed_in(kh).get(address, asked)).strip().splitlines()
    assert len(rows) == 2
    assert "kept.csv" in rows[1]
    assert SecurityEvent.objects.latest("pk").about == f"security-{company.business_id}.csv"


@pytest.mark.parametrize("address", [OWN, f"{OWN}csv/"])
def test_a_period_that_ends_too_early_is_said(kh, address):
    answer = signed_in(kh).get(address, {"since": "2026-02-02", "until": "2026-02-01"})
    assert answer.status_code == 422
    assert "The end date must not be before the start date." in answer.text


def test_older_events_follow_by_key(kh):
    for number in range(51):
        event(kh, about=f"n{number}.")
    client = signed_in(kh)
    first = client.get(OWN)
    assert "Older events" in first.text
    rest = client.get(OWN, {"after": first.context["page"].after}).text
    assert "n0." in rest
    assert "n1." not in rest
    assert "Older events" not in rest


def test_ways_and_browsers_are_said_in_the_readers_language(kh):
    event(kh, about="password, totp", browser=FIREFOX)
    client = signed_in(kh)
    client.cookies["django_language"] = "fi"
    page = client.get(OWN).text
    assert "Salasana, Todennussovellus" in page
    assert "Firefox, Linux" in page
    assert FIREFOX not in page


IN_COMPANY = {"browser": "curl/8", "address": "192.0.2.4"}


@pytest.mark.parametrize("elsewhere", [MembershipFactory, FormerMember.objects.create])
def test_where_somebody_was_is_not_told_to_one_of_their_companies(kh, company, elsewhere):
    member, only = (MembershipFactory(company=company).user for _ in range(2))
    elsewhere(user=member, company=CompanyFactory())
    event(member, about="password", **IN_COMPANY)
    event(member, Verb.EXPORTED, company, about="here.csv", **IN_COMPANY)
    event(only, address="192.0.2.5", about="password")
    client, address = signed_in(kh), f"/companies/{company.business_id}/sign-ins/"
    for text in (client.get(address).text, text_of(client.get(f"{address}csv/"))):
        assert member.name in text
        assert "here.csv" in text
        assert "192.0.2.4" not in text
        assert "curl/8" not in text
        assert "192.0.2.5" in text
    assert "192.0.2.4" in signed_in(member).get(OWN).text


def test_of_a_confirmation_the_company_learns_that_it_was_asked_for_there(kh, company):
    client = signed_in(kh)
    client.get(f"/companies/{company.business_id}/users/invite/")
    assert SecurityEvent.objects.get().company_id == company.pk
    assert (
        "Confirmation asked for"
        in client.get(f"/companies/{company.business_id}/sign-ins/").text.split("</form>", 1)[1]
    )


def test_members_sign_outs_and_browsers_are_their_own(kh, company):
    for verb in (Verb.SIGNED_OUT, Verb.BROWSER_ENDED, Verb.TIMED_OUT, Verb.FACTOR_ADDED):
        event(kh, verb, about="private")
    page = signed_in(kh).get(f"/companies/{company.business_id}/sign-ins/")
    assert page.context["page"].days == []


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_all_that_can_happen_begins_alike(language):
    with translation.override(language):
        assert [str(said) for _, said in VERBS if not str(said)[0].isupper()] == []
