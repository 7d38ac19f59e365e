"""API calls: what was used and refused, and the shortest way to mend it."""

from datetime import UTC, datetime, time, timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.calls.rules import REASONS
from apps.resources.models import CatalogueVersion, InterfaceResource, Listing
from apps.resources.rules import EVERYTHING, Verdict
from apps.usage.models import ApiRequest, Usage
from apps.usage.services import count_habits, make_parts
from tests.factories import (
    ApiIdentifierFactory,
    CompanyFactory,
    IntegrationFactory,
    ListingFactory,
    set_of,
)
from tests.files import text_of
from tests.history.helpers import happened

BLOCKED = {"verdict": "blocked_for_integration"}
numbers = count(1)


@pytest.fixture
def identifier(company, editor):
    """An identifier of the editor."""
    return ApiIdentifierFactory(owner=editor.user, made_in=company)


@pytest.fixture
def used(company, identifier):
    """Return a function that counts calls of an integration, some days ago."""

    def used(integration, resource, *, ago=0, calls=1, verdict="", company=company):
        day = timezone.localdate() - timedelta(days=ago)
        key = {
            "day": day,
            "company": company.pk,
            "integration": integration.pk,
            "identifier": identifier.pk,
            "resource": resource,
            "verdict": verdict,
        }
        last = timezone.make_aware(datetime.combine(day, time(12)))
        return Usage.objects.create(**key, count=calls, last_at=last)

    return used


@pytest.fixture
def logged(company, identifier):
    """Return a function that writes a call of an integration into the log, some days ago."""

    def logged(integration, resource="customer.nv", *, ago=0, company=company, **facts):
        at = timezone.now() - timedelta(days=ago)
        known = {"company": company.pk, "owner": 1, "identifier": identifier.pk}
        known |= {"integration": integration.pk, "resource": resource, "unescaped": False}
        number = f"AAAA-{next(numbers):04}-ZZZZ"
        facts = {"lag": 0, **facts}
        day = at.astimezone(UTC).date()
        make_parts(day, days=0)
        return ApiRequest.objects.create(at=at, day=day, request_id=number, **(known | facts))

    return logged


@pytest.fixture
def url(company):
    """Where the company's calls are."""
    return f"/companies/{company.business_id}/calls/"


@pytest.fixture
def kh(sign_in, editor):
    return sign_in(editor.user)


@pytest.fixture
def listed(company, severa):
    """Severa with everything blocked."""
    return ListingFactory(company=company, integration=severa)


def test_every_refusal_names_a_place_to_mend_it_or_a_text_for_whoever_can(
    kh, url, listed, severa, used
):
    reasons = REASONS.keys() - {Verdict.ALLOWED.value}
    for reason in reasons:
        used(severa, "customer.nv", verdict=reason)
    refused = kh.get(url).context["page"].refused
    assert len(refused) == len(reasons)
    for one in refused:
        assert one.way.address or (one.way.said and one.way.text), one.reason


def test_what_was_refused_is_allowed_by_one_press_and_undone(kh, url, listed, severa, used):
    used(severa, "customer.nv", calls=153, **BLOCKED)
    page = kh.get(url)
    assert "153 times" in page.text
    data = {"integration": severa.public_id, "resource": "customer.nv"}
    page = kh.post(f"{url}allow/", data, follow=True)
    assert "Import customer details allowed for Severa." in page.text
    assert "<p>Allowed after this.</p>" in page.text
    assert "Allow it" not in page.text
    assert len(Listing.objects.get().allowed) == 1
    event = AuditEvent.objects.get(verb="rights:allow")
    assert f'value="{event.pk}"' in page.text
    kh.post(f"{url}undo/", {"event": event.pk}, follow=True)
    assert not Listing.objects.get().allowed


def test_a_clock_that_is_wrong_is_told_to_the_vendor(kh, url, listed, severa, used, logged):
    used(severa, "customer.nv", calls=2, verdict="not_timely")
    logged(severa, failed="time", reason="not_timely", lag=3600)
    page = kh.get(url).text
    assert "clock of your program is wrong" in page
    assert "60 minutes behind" in page


def test_a_reader_sees_who_can_allow_it_and_no_button(sign_in, reader, url, listed, severa, used):
    used(severa, "customer.nv", **BLOCKED)
    page = sign_in(reader.user).get(url).text
    assert "can allow it" in page
    assert "Allow it" not in page


def test_an_owner_is_not_told_to_ask_the_owner(kh, reader, sign_in, url, listed, severa, used):
    used(severa, "customer.nv", verdict="paused")
    assert "can resume it" in sign_in(reader.user).get(url).text
    own = kh.get(url).text
    assert "can resume it" not in own
    assert "is paused. Resume it" not in own


def test_silence_is_told_after_a_pattern(kh, url, listed, severa, used):
    for ago in range(6, 20):
        used(severa, "customer.nv", ago=ago, calls=40)
    count_habits(timezone.localdate())
    assert "No calls from Severa since" in kh.get(url).text
    used(severa, "customer.nv", ago=0, calls=1)
    assert "No calls from Severa since" not in kh.get(url).text


def test_what_changed_in_between_is_shown(kh, url, listed, severa, used, change, catalogue):
    used(severa, "customer.nv", ago=1)
    change(severa, "customer.nv")
    used(severa, "customer.nv", **BLOCKED)
    page = kh.get(url).text
    assert "Changed between the last accepted call and then" in page
    assert "Edith Editor" in page.split("Calls by day")[0].split("Refused calls")[1]


def unused_world(company, severa, used, catalogue, *, since):
    allowed = set_of(catalogue, ["customer.nv", "salesinvoice.nv", "employee.nv"])
    listing = ListingFactory(company=company, integration=severa, allowed=allowed)
    used(severa, "customer.nv", ago=since)
    used(severa, "employee.nv", ago=3, **BLOCKED)
    used(severa, "customer.nv", ago=2)
    return listing


def test_unused_rights_are_blocked_as_one_change_and_undone(
    kh, url, company, severa, used, catalogue
):
    listing = unused_world(company, severa, used, catalogue, since=90)
    before = listing.allowed
    assert "All 2 unused rights of Severa" in kh.get(url).text
    page = kh.post(f"{url}block-unused/", {"all": severa.public_id}, follow=True)
    assert "2 unused rights are blocked." in page.text
    listing.refresh_from_db()
    assert listing.allowed == set_of(catalogue, ["customer.nv"])
    bulk_id = AuditEvent.objects.get(verb="rights:block").bulk_id
    page = kh.post(f"{url}undo/", {"event": bulk_id}, follow=True)
    assert "2 rights are allowed again." in page.text
    listing.refresh_from_db()
    assert listing.allowed == before


def test_what_was_allowed_in_ninety_days_is_not_offered_nor_blocked(
    kh, url, company, severa, used, change, catalogue
):
    listing = unused_world(company, severa, used, catalogue, since=90)
    change(severa, "customerlist.nv")
    change(severa, "employee.nv", allow=False)
    change(severa, "employee.nv")
    page = kh.get(url).text
    assert "are shown here once nothing has been allowed for it in 90 days." in page
    assert "The 1 unused right of Severa" in page
    kh.post(f"{url}block-unused/", {"all": severa.public_id})
    listing.refresh_from_db()
    kept = set_of(catalogue, ["customer.nv", "customerlist.nv", "employee.nv"])
    assert listing.allowed == kept


def test_blocking_unused_rights_names_a_yearly_job(kh, url, company, severa, used, catalogue):
    unused_world(company, severa, used, catalogue, since=380)
    used(severa, "salesinvoice.nv", ago=300, calls=3)
    page = kh.post(f"{url}block-unused/", {"all": severa.public_id}, follow=True).text
    assert "2 unused rights are blocked." in page
    assert "Import sales invoice" in page.split('id="status"')[1]


def test_several_integrations_are_one_change_and_undo_is_all_or_nothing(
    kh, url, company, severa, used, catalogue, change
):
    unused_world(company, severa, used, catalogue, since=90)
    other = IntegrationFactory(name_en="Other")
    ListingFactory(company=company, integration=other, allowed=EVERYTHING)
    ticked = {"all": other.public_id, "resource": f"{severa.public_id}:salesinvoice.nv"}
    kh.post(f"{url}block-unused/", ticked)
    events = AuditEvent.objects.filter(verb="rights:block")
    assert {len(Listing.objects.get(integration=one).allowed) for one in (severa, other)} >= {2}
    assert len(set(events.values_list("bulk_id", flat=True))) == 1
    change(other, "customer.nv")
    answer = kh.post(f"{url}undo/", {"event": events[0].bulk_id})
    assert answer.status_code == 409
    assert len(Listing.objects.get(integration=severa).allowed) == 2


def test_what_was_blocked_in_another_company_or_never_is_not_undone_here(kh, url, severa):
    told = {"kind": "integration", "pk": severa.pk, "removed": bytes(EVERYTHING)}
    there = happened(CompanyFactory(), "rights:block", "Severa", bulk_id=uuid4(), **told)
    for made_as_one in (there.bulk_id, uuid4()):
        assert kh.post(f"{url}undo/", {"event": made_as_one}).status_code == 404
    assert not Listing.objects.exists()


def test_nothing_is_offered_before_ninety_days_of_log(kh, url, company, severa, used, catalogue):
    unused_world(company, severa, used, catalogue, since=89)
    page = kh.get(url).text
    assert "Unused rights are shown after 90 days." in page
    assert "unused rights of Severa" not in page
    assert kh.post(f"{url}block-unused/", {"all": severa.public_id}).status_code == 409


def test_ticking_nothing_changes_nothing(kh, url, company, severa, used, catalogue):
    unused_world(company, severa, used, catalogue, since=90)
    answer = kh.post(f"{url}block-unused/", {})
    assert answer.status_code == 422
    assert "Tick at least one" in answer.text


def test_calls_that_are_charged_are_counted_by_month(kh, url, severa, used, catalogue):
    InterfaceResource.objects.filter(code="customer.nv").update(per_transaction=True)
    CatalogueVersion.renew()
    used(severa, "customer.nv", calls=41)
    used(severa, "customer.nv", calls=7, **BLOCKED)
    charged = kh.get(url).text.split('id="h-charged"')[1].split("</section>")[0]
    assert ">41<" in charged
    assert ">48<" not in charged


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2026-05-01", "2026-04-01", "cannot end before it begins"),
        ("2025-01-01", "2026-06-01", "at most one year"),
        ("soon", "2026-06-01", "valid date"),
    ],
)
def test_a_period_that_cannot_be_is_said_at_its_field(kh, url, severa, since, until, said):
    answer = kh.get(url, {"since": since, "until": until})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{until}"' in answer.text
    assert kh.get(f"{url}csv/", {"since": since, "until": until}).status_code == 422


def test_a_filter_narrows_page_and_file_alike(kh, url, severa, used, logged):
    other = IntegrationFactory(name_en="Other")
    for integration in (severa, other):
        used(integration, "customer.nv")
        logged(integration)
    logged(severa, failed="right", reason="blocked_for_integration")
    used(severa, "customer.nv", **BLOCKED)
    asked = {"integration": severa.public_id, "verdict": "accepted"}
    page = kh.get(url, asked)
    assert "1 accepted, 0 refused" in page.text
    assert page.text.count("AAAA-") == 1
    lines = text_of(kh.get(f"{url}csv/", asked)).strip().splitlines()
    assert len(lines) == 2
    assert '"Severa"' in lines[1]


def test_an_unknown_thing_in_the_filter_is_as_if_it_were_not_there(kh, url, severa, used, logged):
    used(severa, "customer.nv")
    logged(severa)
    asked = {"integration": "nothing", "resource": "nothing.nv", "verdict": "x", "identifier": "y"}
    page = kh.get(url, asked)
    assert page.status_code == 200
    assert "1 accepted, 0 refused" in page.text


def test_pages_of_single_calls_are_reached_by_key(kh, url, severa, used, logged):
    made = [logged(severa, ago=number / 24).request_id for number in range(30)]
    first = kh.get(url)
    after = first.text.split("?after=")[1].split("#")[0]
    second = kh.get(f"{url}?after={after}")
    seen = [number for number in made if number in first.text + second.text]
    assert seen == made
    assert not [number for number in made if number in first.text and number in second.text]
    assert kh.get(url, {"after": "nonsense"}).status_code == 422


def test_single_calls_are_shown_of_a_month_at_most(kh, url, severa, used, logged):
    old, new = logged(severa, ago=35), logged(severa, ago=3)
    since = timezone.localdate() - timedelta(days=60)
    page = kh.get(url, {"since": since, "until": timezone.localdate()}).text
    assert new.request_id in page
    assert old.request_id not in page
    assert "31 days at once" in page


def test_nothing_of_another_company_is_shown(kh, url, company, severa, used, logged):
    other = CompanyFactory()
    used(severa, "customer.nv", calls=77_777, company=other)
    row = logged(severa, company=other)
    for address in (url, f"{url}csv/"):
        page = text_of(kh.get(address))
        assert "77777" not in page.replace(",", "")
        assert row.request_id not in page


def test_a_custom_integration_that_is_not_in_the_list_stays_unnamed(kh, url, used, logged):
    secret = IntegrationFactory(name_en="Secret Bridge", custom=True)
    used(secret, "customer.nv", verdict="blocked_in_general")
    logged(secret, failed="right", reason="blocked_in_general")
    for address in (url, f"{url}csv/"):
        assert "Secret Bridge" not in text_of(kh.get(address))


@pytest.mark.parametrize("rows", [1, 40])
def test_statements_are_flat(
    kh, url, company, catalogue, used, logged, rows, django_assert_max_num_queries
):
    integrations = [IntegrationFactory() for _ in range(20 if rows > 1 else 1)]
    for number, one in enumerate(integrations):
        ListingFactory(company=company, integration=one)
        for ago in range(min(rows, 30)):
            used(one, "customer.nv", ago=ago + 4, calls=40)
        used(one, "salesinvoice.nv", ago=number % 5, **BLOCKED)
    for number in range(rows):
        logged(integrations[0], ago=number / 24)
    kh.get(url)
    with django_assert_max_num_queries(8):
        assert kh.get(url).status_code == 200
