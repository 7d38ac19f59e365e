"""Who needs a second factor, from when, and where people without one are led."""

from datetime import UTC, datetime, timedelta
from itertools import product
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.companies.models import Company
from apps.companies.rules import Role
from apps.security.rules import Demand, needed_from, needs_factor
from tests.accounts.factors import FACTOR, code_of, confirm, password, set_up_app
from tests.conftest import signed_in
from tests.factories import MembershipFactory, UserFactory

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(("administers", "is_staff"), list(product((True, False), repeat=2)))
def test_who_needs_one(administers, is_staff):
    facts = {"administers": administers, "is_staff": is_staff}
    assert not needs_factor(Demand.OFF, **facts)
    assert needs_factor(Demand.EVERYBODY, **facts)
    assert needs_factor(Demand.ADMINISTRATORS, **facts) is (administers or is_staff)


@pytest.mark.parametrize(("days", "given"), [(None, 0), (14, 14), (0, 0)])
def test_somebody_has_so_many_days_from_when_they_were_asked(days, given):
    assert needed_from(NOW, days) == NOW + timedelta(days=given)


def test_the_demo_does_not_demand_it():
    assert (configured.DEMO, configured.SECOND_FACTOR) == (True, "off")


pytestmark = pytest.mark.django_db


@pytest.fixture
def demanded(settings):
    settings.SECOND_FACTOR = "administrators"


def led(answer) -> str:
    """Return where an answer leads, without the way back."""
    return urlsplit(answer.headers.get("HX-Redirect") or answer.headers.get("Location", "")).path


def home_of(member):
    return f"/companies/{member.company.business_id}/"


@pytest.mark.parametrize("role", [Role.KH, Role.TPK, Role.COMPANY_ADMINISTRATOR])
def test_people_with_these_roles_are_led_to_set_it_up(demanded, role):
    member = MembershipFactory(roles=[role])
    client = signed_in(member.user)
    answer = client.get(f"{home_of(member)}interface-resources/?q=1")
    assert led(answer) == FACTOR
    back = parse_qs(urlsplit(answer["Location"]).query)["next"]
    assert back == [f"{home_of(member)}interface-resources/?q=1"]
    assert "a password alone is not enough" in client.get(FACTOR).text


@pytest.mark.parametrize("role", [Role.KP, Role.TT, Role.P, Role.HH])
def test_people_with_other_roles_are_not(demanded, role):
    member = MembershipFactory(roles=[role])
    assert signed_in(member.user).get(home_of(member)).status_code == 200


def test_a_role_counts_on_the_pages_of_every_company_and_only_while_it_lasts(demanded):
    member = MembershipFactory()
    other = MembershipFactory(user=member.user, editor=True)
    client = signed_in(member.user)
    assert led(client.get(home_of(member))) == FACTOR
    other.valid_until = timezone.now()
    other.save()
    assert client.get(home_of(member)).status_code == 200


def test_everybody_can_be_asked(settings):
    settings.SECOND_FACTOR = "everybody"
    assert led(signed_in(UserFactory()).get("/companies/")) == FACTOR


PLACES = ["/", "/companies/", "/accounts/events/csv/", "/accounts/password/change/", "/help/",
          "/shortcuts/", "/accounts/security/", f"{FACTOR}codes/new/", f"{FACTOR}app/remove/"]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_every_page_leads_there(demanded, place):
    assert led(signed_in(MembershipFactory(editor=True).user).get(place)) == FACTOR


def test_fragments_move_the_whole_page_and_a_change_is_not_made(demanded, editor, company):
    client, url = signed_in(editor.user), f"/companies/{company.business_id}/interface-resources/"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}"}
    answer = client.post(f"{url}block-traffic/", {"block": "1"}, headers=headers)
    assert (answer.status_code, led(answer)) == (200, FACTOR)
    assert "Your last change was not saved" in client.get(FACTOR).text


def test_site_staff_are_led_there_from_the_administration(demanded):
    staff = UserFactory(is_staff=True, is_superuser=True)
    for place in ("/admin/", "/admin/accounts/user/", f"/admin/accounts/user/{staff.pk}/change/"):
        assert led(signed_in(staff).get(place)) == FACTOR


@pytest.mark.parametrize("place", ["/healthz", "/readyz", "/accounts/login/", "/invitations/"])
def test_strangers_notice_nothing(demanded, place):
    assert led(Client().get(place)) != FACTOR


def test_whoever_sets_one_up_goes_on_at_once_and_signs_in_by_it(demanded, editor):
    client = signed_in(editor.user)
    key, _codes = set_up_app(client)
    assert client.get(home_of(editor)).status_code == 200
    later = Client()
    password(later, editor.user)
    confirm(later, code_of(key))
    later.post(f"{FACTOR}remember/", {"action": "trust"})
    assert later.get(home_of(editor)).status_code == 200
    later.post("/accounts/logout/")
    password(later, editor.user)
    assert later.get(home_of(editor)).status_code == 200


def test_whoever_takes_the_last_one_away_is_led_back(demanded, editor):
    client = signed_in(editor.user)
    set_up_app(client)
    client.post(f"{FACTOR}app/remove/")
    assert led(client.get(home_of(editor))) == FACTOR


def test_a_company_gives_days_and_says_until_when(demanded, editor, company):
    Company.objects.filter(pk=company.pk).update(factor_days=14)
    client = signed_in(editor.user)
    answer = client.get(f"{home_of(editor)}users/")
    assert answer.status_code == 200
    assert "is not enough. Add a passkey on the page Security." in answer.text
    editor.user.refresh_from_db()
    editor.user.factor_asked_at -= timedelta(days=15)
    editor.user.save()
    assert led(signed_in(editor.user).get(home_of(editor))) == FACTOR


def test_an_office_gives_its_people_days_in_client_companies(demanded, company):
    member = MembershipFactory(company=company, roles=[Role.TPK])
    company.office.factor_days = 3
    company.office.save()
    assert signed_in(member.user).get(home_of(member)).status_code == 200


def test_a_company_that_becomes_stricter_is_so_at_the_next_request(demanded, editor, company):
    second = MembershipFactory(user=editor.user, editor=True)
    Company.objects.update(factor_days=14)
    client = signed_in(editor.user)
    assert client.get(home_of(editor)).status_code == 200
    Company.objects.filter(pk=second.company.pk).update(factor_days=0)
    assert led(client.get(home_of(editor))) == FACTOR
    Company.objects.filter(pk=second.company.pk).update(factor_days=1)
    assert client.get(home_of(editor)).status_code == 200


def test_whoever_administers_has_the_days_of_where_they_do(demanded, editor, company):
    MembershipFactory(user=editor.user)  # no days there
    Company.objects.filter(pk=company.pk).update(factor_days=14)
    assert signed_in(editor.user).get(home_of(editor)).status_code == 200


def test_a_clock_that_was_set_back_gives_no_more_days(demanded, editor, company):
    Company.objects.filter(pk=company.pk).update(factor_days=14)
    editor.user.factor_asked_at = timezone.now() + timedelta(days=300)
    editor.user.save()
    assert signed_in(editor.user).get(home_of(editor)).status_code == 200
    editor.user.refresh_from_db()
    assert editor.user.factor_asked_at <= timezone.now()


def test_days_cost_no_statement(demanded, editor, company, django_assert_num_queries):
    Company.objects.filter(pk=company.pk).update(factor_days=14)
    client = signed_in(editor.user)
    client.get(home_of(editor))
    with django_assert_num_queries(2):  # the session and the person, with the days
        client.get("/shortcuts/")


@pytest.mark.parametrize("days", [15, -1])
def test_no_company_gives_more_than_fourteen_days(company, days):
    company.factor_days = days
    with pytest.raises(ValidationError):
        company.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        company.save()


def test_it_costs_no_statement(settings, editor, django_assert_num_queries):
    client = signed_in(editor.user)
    set_up_app(client)
    for demand in ("off", "administrators", "everybody"):
        settings.SECOND_FACTOR = demand
        with django_assert_num_queries(2):  # the session and the person
            client.get("/shortcuts/")
