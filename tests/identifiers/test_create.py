"""Making identifiers: one press makes one, and what is said of it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.identifiers.models import ApiIdentifier
from apps.resources.models import Listing
from tests.conftest import signed_in
from tests.factories import (
    ApiIdentifierFactory,
    IntegrationFactory,
    ListingFactory,
)
from tests.identifiers.helpers import press
from tests.rights.addresses import page_url

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_one_press_makes_one_and_the_list_shows_it_first(client, member, base):
    older = ApiIdentifierFactory(owner=member.user)
    made = press(client, base)
    text = client.get(base).text
    assert text.index(made.user_id) < text.index(older.user_id)
    assert f"{made.user_id} is ready." in text
    assert made.owner == member.user
    assert re.fullmatch(r"[0-9A-F]{32}", made.key.reveal())
    assert made.user_id.startswith("TE_")  # of Test Bakery
    assert "Valid until further notice" in text
    event = AuditEvent.objects.get(verb="identifier:create")
    assert (event.actor_id, event.subject, event.company_id) == (
        member.user.pk,
        made.user_id,
        member.company.pk,
    )


def test_a_double_click_makes_one(client, base):
    once = uuid4()
    for _ in range(2):
        assert client.post(f"{base}create/", {"once": once}).status_code == 302
    assert ApiIdentifier.objects.count() == 1


def test_a_press_of_somebody_else_is_not_handed_out(client, member, company, base):
    theirs = ApiIdentifierFactory(made_in=company)
    answer = client.post(f"{base}create/", {"once": theirs.once}, follow=True)
    assert "Reload the page" in answer.text
    assert ApiIdentifier.objects.get() == theirs


@pytest.mark.parametrize("once", ["", "nonsense"])
def test_a_press_without_its_mark_makes_nothing(client, base, once):
    assert "Reload the page" in client.post(f"{base}create/", {"once": once}, follow=True).text
    assert not ApiIdentifier.objects.exists()


def test_somebody_who_may_not_create_is_told_why_and_can_still_deactivate(
    company, reader, editor, base
):
    mine = ApiIdentifierFactory(owner=reader.user)
    client = signed_in(reader.user)
    text = client.get(base).text
    assert "Create new API identifier" not in text
    assert "you need edit level on at least one function-specific right" in text
    assert "Edith Editor" in text
    assert f"Pause {mine.user_id}" in text
    assert f"Replace {mine.user_id}" not in text
    refused = client.post(f"{base}create/", {"once": uuid4()})
    assert refused.status_code == 403
    assert "the right to create API identifiers in" in refused.text
    client.post(f"{base}{mine.pk}/deactivate/")
    mine.refresh_from_db()
    assert mine.deactivated_at


def offered(text):
    """Return the integrations that a form offers."""
    select = text.partition('name="integration"')[2].partition("</select>")[0]
    return re.findall(r"<option[^>]*>([^<]*)</option>", select)[1:]


def test_the_notice_of_a_new_one_asks_what_it_is_for(client, base, catalogue, severa):
    made = press(client, base)
    text = client.get(base).text
    assert "What is it for?" in text
    assert offered(text) == ["Severa"]
    about = f"{base}{made.pk}/about/"
    wrong = client.post(about, {"note": "x" * 201, "integration": severa.public_id})
    assert wrong.status_code == 422
    assert "at most 200 characters" in wrong.text
    assert "x" * 201 in wrong.text
    text = client.post(about, {"note": "Hours", "integration": severa.public_id}, follow=True).text
    made.refresh_from_db()
    assert (made.note, made.integration, made.purpose) == ("Hours", severa, "api")
    assert f"{made.user_id} is ready." in text
    assert "What is it for?" not in text


def test_finvoice_and_store_extensions_are_what_one_can_be_for(client, base, catalogue):
    finvoice = IntegrationFactory(name_en="Finvoice", built_in=True)
    made = press(client, base)
    assert offered(client.get(base).text) == ["Finvoice"]
    sent = {"note": "", "purpose": "store", "integration": finvoice.public_id}
    assert client.post(f"{base}{made.pk}/edit/", sent).status_code == 302
    made.refresh_from_db()
    assert (made.purpose, made.integration) == ("store", finvoice)
    assert not Listing.objects.exists()


def test_somebody_elses_is_not_described(client, company, base):
    theirs = ApiIdentifierFactory(made_in=company)
    assert client.post(f"{base}{theirs.pk}/about/", {"note": "mine"}).status_code == 404


def test_who_may_not_see_rights_is_offered_finished_ones_without_a_word_on_the_list(
    client, company, base, severa, editor
):
    custom = IntegrationFactory(custom=True, name_en="Secret Bridge")
    ListingFactory(company=company, integration=custom)
    made = press(client, base)
    for address in (base, f"{base}{made.pk}/edit/"):
        assert offered(client.get(address).text) == ["Severa"]
    sent = {"note": "", "purpose": "api", "integration": custom.public_id}
    assert client.post(f"{base}{made.pk}/edit/", sent).status_code == 422
    seeing = signed_in(editor.user)
    text = seeing.get(f"{base}{press(seeing, base).pk}/edit/").text
    assert offered(text) == ["Secret Bridge", "Severa"]
    assert text.index('label="In the list"') < text.index('label="Not in the list yet"')


def test_an_excel_identifier_lasts_eight_hours(client, company, base):
    page = f"/companies/{company.business_id}/excel-identifiers/"
    once = re.search(r'name="once" value="([^"]+)"', client.get(page).text).group(1)
    text = client.post(f"{page}create/", {"once": once}, follow=True).text
    made = ApiIdentifier.objects.get()
    assert made.user_id in text
    other = press(client, base)
    client.get(base)  # which says that it was created
    assert other.user_id not in client.get(page).text
    assert abs(made.valid_until - made.created_at - timedelta(hours=8)) < timedelta(seconds=5)
    assert made.user_id in client.get(base).text
    sent = {"note": "Budget", "purpose": "excel", "valid_until": "2099-01-01T00:00"}
    client.post(f"{base}{made.pk}/edit/", sent)
    until = made.valid_until
    made.refresh_from_db()
    assert (made.note, made.valid_until) == ("Budget", until)
    ApiIdentifier.objects.filter(pk=made.pk).update(valid_until=timezone.now() - DAY)
    assert "Expired" in client.get(page).text


def test_create_one_carries_the_integration_along(client, editor, company, severa):
    client = signed_in(editor.user)
    rights = client.get(page_url(company, severa)).text
    assert "Not ready: no API identifier." in rights
    href = re.search(r'href="([^"]+\?integration=[0-9a-f]{16})"', rights).group(1)
    page = client.get(href).text
    assert "will be linked to Severa" in page
    sent = dict(re.findall(r'name="(once|integration)" value="([^"]+)"', page))
    client.post(href.split("?")[0] + "create/", sent)
    assert ApiIdentifier.objects.get().integration == severa
    assert "Not ready" not in client.get(page_url(company, severa)).text


def test_asking_what_a_new_one_is_for_costs_one_statement(
    client, member, base, django_assert_num_queries
):
    press(client, base)
    client.get(base)
    with django_assert_num_queries(5):  # session, user, membership, the list, integrations
        assert "What is it for?" in client.get(base).text


def test_an_excel_identifier_ends_whatever_is_sent_along(client, company, severa):
    page = f"/companies/{company.business_id}/excel-identifiers/create/"
    client.post(page, {"once": uuid4(), "integration": severa.public_id})
    assert ApiIdentifier.objects.get().valid_until
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiIdentifier.objects.update(valid_until=None)


def test_the_mark_of_another_press_links_nothing(client, member, base):
    mine, other = (ApiIdentifierFactory(owner=member.user) for _ in range(2))
    for once in (mine.once, other.once, ApiIdentifierFactory().once):
        answer = client.post(f"{base}{mine.pk}/replace/", {"end": "now", "once": once})
        assert answer.status_code == 409
    mine.refresh_from_db()
    assert mine.replaced_by is None


def test_workbooks_do_not_make_an_integration_ready(editor, company, severa):
    client = signed_in(editor.user)
    client.post(f"/companies/{company.business_id}/excel-identifiers/create/", {"once": uuid4()})
    assert "Not ready: no API identifier." in client.get(page_url(company, severa)).text


def test_create_one_works_for_a_custom_integration_found_by_its_key(editor, company, catalogue):
    client = signed_in(editor.user)
    bridge = IntegrationFactory(custom=True, name_en="Bridge")
    client.post(page_url(company) + "find/", {"access_key": bridge.access_key})
    url = f"/companies/{company.business_id}/api-identifiers/"
    assert "will be linked to Bridge" in client.get(url, {"integration": bridge.public_id}).text
    client.post(f"{url}create/", {"once": uuid4(), "integration": bridge.public_id})
    assert ApiIdentifier.objects.get().integration == bridge
    assert "Bridge" not in str(AuditEvent.objects.get(verb="identifier:create").after)


def test_opening_the_address_of_a_creation_leads_to_the_list(client, base):
    assert client.get(f"{base}create/")["Location"] == base
    excel = base.replace("api-", "excel-")
    assert client.get(f"{excel}create/")["Location"] == base
