"""What the home says of calls: refused since yesterday, silent, and rights that none uses."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from apps.usage.models import Usage
from apps.usage.services import count_habits
from tests.factories import (
    ApiIdentifierFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
    set_of,
)
from tests.home.test_company_home import lines

pytestmark = pytest.mark.django_db
BLOCKED = "blocked_for_integration"


@pytest.fixture
def home(company):
    return f"/companies/{company.business_id}/"


@pytest.fixture
def kh(sign_in, editor):
    return sign_in(editor.user)


@pytest.fixture
def used(company):
    """Return a function that counts calls of an integration, some days ago."""

    def used(integration, resource="customer.nv", *, ago=0, calls=1, verdict="", where=company):
        day = timezone.localdate() - timedelta(days=ago)
        Usage.objects.create(
            day=day,
            company=where.pk,
            integration=integration.pk,
            identifier=1,
            resource=resource,
            verdict=verdict,
            count=calls,
            last_at=timezone.make_aware(datetime.combine(day, time(12))),
        )

    return used


@pytest.fixture
def listed(company, severa, catalogue):
    """Severa, with all that it needs."""
    allowed = set_of(catalogue, ["customer.nv", "customerlist.nv"])
    ListingFactory(company=company, integration=severa, allowed=allowed)
    return severa


def test_refusals_since_yesterday_lead_to_exactly_them(kh, home, listed, used):
    for ago, calls in ((0, 1150), (1, 3), (2, 40)):
        used(listed, ago=ago, calls=calls, verdict=BLOCKED)
    used(listed, ago=0, calls=7)
    [(said, way)] = lines(kh.get(home).text)
    today = timezone.localdate()
    assert said == "Severa: 1,153 calls refused since yesterday"
    assert way == (
        f"{home}calls/?since={today - timedelta(days=1)}&amp;until={today}"
        f"&amp;verdict=refused&amp;integration={listed.public_id}"
    )
    text = kh.get(way.replace("&amp;", "&")).text
    assert "Severa: Blocked for this integration" in text
    assert "1,153" in text


def test_refusals_of_many_are_one_line(kh, home, listed, used):
    for one in [listed, *IntegrationFactory.create_batch(3)]:
        used(one, calls=2, verdict=BLOCKED)
    [(said, way)] = lines(kh.get(home).text)
    assert said == "8 calls of 4 integrations refused since yesterday"
    assert "integration=" not in way


def test_a_custom_integration_that_is_not_listed_is_not_named(kh, home, used):
    used(IntegrationFactory(custom=True, name_en="Secret Bridge"), verdict=BLOCKED)
    [(said, way)] = lines(kh.get(home).text)
    assert said == "Custom integration that is not in the list: 1 call refused since yesterday"
    assert "integration=" not in way


def test_a_company_that_was_called_is_past_its_first_steps(kh, home, listed, used):
    heading = "Three steps before software can work in this company"
    assert heading in kh.get(home).text
    used(listed, ago=10)
    assert heading not in kh.get(home).text


def test_silence_is_said_with_what_is_usual(kh, home, listed, used):
    for ago in range(8, 28):
        used(listed, ago=ago, calls=40)
    count_habits(timezone.localdate())
    [(said, way)] = lines(kh.get(home).text)
    assert said.startswith("No calls from Severa since ")
    assert said.endswith("Usually there are 40 a day.")
    assert way == f"{home}calls/?integration={listed.public_id}"


def test_rights_that_no_call_uses_are_counted_once_ninety_days_are(kh, home, listed, used):
    used(listed, ago=89)
    assert lines(kh.get(home).text) == []
    used(listed, "customerlist.nv", ago=91)
    [(said, way)] = lines(kh.get(home).text)
    assert said == "1 allowed right was not used in 90 days"
    assert way == f"{home}calls/#h-unused"
    used(listed, "customerlist.nv", ago=5)
    assert lines(kh.get(home).text) == []


def test_no_figure_of_another_company_and_none_without_the_right(
    sign_in, home, listed, used, company
):
    used(listed, calls=5, verdict=BLOCKED, where=MembershipFactory().company)
    assert lines(sign_in(MembershipFactory(company=company).user).get(home).text) == []
    used(listed, calls=6, verdict=BLOCKED)
    member = MembershipFactory(company=company, levels={"vouchers": "edit"})
    assert "refused" not in sign_in(member.user).get(home).text
    reader = sign_in(MembershipFactory(company=company).user)
    assert "6 calls refused" in reader.get(home).text


@pytest.mark.parametrize("integrations", [1, 20])
def test_statements_are_flat_with_calls(
    kh, home, company, editor, used, integrations, django_assert_num_queries
):
    for number in range(integrations):
        one = ListingFactory(company=company).integration
        ApiIdentifierFactory(owner=editor.user, made_in=company, integration=one)
        for ago in range(number % 5, 5):
            used(one, ago=ago, verdict=BLOCKED)
            used(one, ago=ago)
    kh.get(home)
    with django_assert_num_queries(8):
        # session, user, membership, rights, calls, members, identifiers, last changes
        kh.get(home)
