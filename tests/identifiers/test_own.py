"""One's own identifiers, through their addresses."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.identifiers import services
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import Purpose
from apps.identifiers.services import Wanted
from tests.conftest import signed_in
from tests.factories import (
    ApiIdentifierFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
)
from tests.rights.addresses import HTMX, page_url

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def press(client, base, **more):
    """Press "Create" on the page as it is; return the identifier that this made."""
    once = re.search(r'name="once" value="([^"]+)"', client.get(base).text).group(1)
    client.post(f"{base}create/", {"once": once, **more})
    return ApiIdentifier.objects.get(once=once)


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
    assert "reload the page" in answer.text
    assert ApiIdentifier.objects.get() == theirs


@pytest.mark.parametrize("once", ["", "nonsense"])
def test_a_press_without_its_mark_makes_nothing(client, base, once):
    assert "reload the page" in client.post(f"{base}create/", {"once": once}, follow=True).text
    assert not ApiIdentifier.objects.exists()


def test_it_is_the_same_in_every_company_one_may_enter(client, member, base):
    other = MembershipFactory(user=member.user).company
    made = press(client, base)
    assert made.user_id in client.get(f"/companies/{other.business_id}/api-identifiers/").text


def test_others_are_nobodys_business(client, company, base):
    theirs = ApiIdentifierFactory(owner=MembershipFactory(company=company).user)
    assert theirs.user_id not in client.get(base).text


def test_somebody_who_may_not_create_is_told_why_and_can_still_deactivate(
    company, reader, editor, base
):
    mine = ApiIdentifierFactory(owner=reader.user)
    client = signed_in(reader.user)
    text = client.get(base).text
    assert "Create new API identifier" not in text
    assert "needs edit level on at least one function-specific right" in text
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


def test_a_page_without_identifiers_says_what_one_is_for(client, base):
    text = client.get(base).text
    assert "You have no identifiers yet." in text
    assert "send its User ID and its Key to the software partner" in text


def test_what_it_is_for_is_kept_by_its_owner(client, member, company, base):
    bezala = IntegrationFactory(name_en="Bezala")
    ListingFactory(company=company, integration=bezala)
    made = press(client, base)
    sent = {"note": "Receipts", "purpose": "store", "integration": bezala.public_id}
    answer = client.post(f"{base}{made.pk}/edit/", sent, follow=True)
    assert "Receipts" in answer.text
    assert "Netvisor Store extension · Bezala" in answer.text.replace("\n", "")
    event = AuditEvent.objects.get(verb="identifier:note")
    assert event.before["note"] == ""
    assert event.after == {"note": "Receipts", "purpose": "store", "integration": "Bezala"}


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"note": "x" * 201, "purpose": "api"}, "at most 200 characters"),
        ({"note": "a\x00b", "purpose": "api"}, "Null characters"),
        ({"note": "kept", "purpose": "excel"}, "not one of the available choices"),
        ({"note": "kept", "purpose": "api", "integration": "f" * 16}, "not one of the available"),
        ({"note": "kept", "purpose": "api", "valid_until": "soon"}, "Enter a valid date/time"),
        ({"note": "kept", "purpose": "api", "valid_until": "2020-01-01T00:00"}, "in the future"),
        (
            {"note": "kept", "purpose": "api", "valid_until": "2027-03-28T03:30"},
            "Clocks skip this time",
        ),
    ],
)
def test_bad_input_gets_a_message_and_loses_nothing_typed(client, base, sent, message, headers):
    made = press(client, base)
    answer = client.post(f"{base}{made.pk}/edit/", sent, headers=headers)
    assert answer.status_code == 422
    assert message in answer.text
    assert sent["note"].replace("\x00", "") in answer.text.replace("\x00", "")
    made.refresh_from_db()
    assert (made.note, made.valid_until) == ("", None)


def test_an_end_is_kept_in_local_time_and_shown(client, base):
    made = press(client, base)
    sent = {"note": "", "purpose": "api", "valid_until": "2099-07-01T12:00"}
    text = client.post(f"{base}{made.pk}/edit/", sent, follow=True).text
    assert "Valid until 1 Jul 2099 12:00" in text
    made.refresh_from_db()
    assert made.valid_until.isoformat() == "2099-07-01T09:00:00+00:00"
    client.post(f"{base}{made.pk}/edit/", {"note": "", "purpose": "api", "valid_until": ""})
    made.refresh_from_db()
    assert made.valid_until is None
    assert AuditEvent.objects.filter(verb="identifier:validity").count() == 2


SECOND_TIME = datetime(2099, 10, 25, 1, 30, 20, tzinfo=UTC)
"""Half past three in the morning, for the second time, when winter time begins."""


def test_an_end_in_the_hour_that_comes_twice_is_kept_and_hinders_nothing(client, base):
    made = press(client, base)
    ApiIdentifier.objects.filter(pk=made.pk).update(valid_until=SECOND_TIME)
    form = client.get(f"{base}{made.pk}/edit/").text
    shown = re.search(r'name="valid_until" value="([^"]+)"', form).group(1)
    assert "Finnish time" in form
    sent = {"note": "Receipts", "purpose": "api", "valid_until": shown}
    assert client.post(f"{base}{made.pk}/edit/", sent).status_code == 302
    made.refresh_from_db()
    assert (made.note, made.valid_until) == ("Receipts", SECOND_TIME)


def test_a_typed_time_that_comes_twice_is_the_earlier(client, base):
    made = press(client, base)
    sent = {"note": "", "purpose": "api", "valid_until": "2099-10-25T03:30"}
    client.post(f"{base}{made.pk}/edit/", sent)
    made.refresh_from_db()
    assert made.valid_until == datetime(2099, 10, 25, 0, 30, tzinfo=UTC)
    replace = {"end": "own", "own": "2098-10-26T03:30", "once": uuid4()}
    client.post(f"{base}{made.pk}/replace/", replace)
    made.refresh_from_db()
    assert made.valid_until == datetime(2098, 10, 26, 0, 30, tzinfo=UTC)


def test_saving_nothing_new_records_nothing(client, base):
    made = press(client, base)
    client.post(f"{base}{made.pk}/edit/", {"note": "", "purpose": "api"})
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_pausing_and_resuming(client, base, headers):
    made = press(client, base)
    client.post(f"{base}{made.pk}/pause/", headers=headers)
    assert "Paused since" in client.get(base).text
    client.post(f"{base}{made.pk}/pause/", headers=headers)
    text = client.post(f"{base}{made.pk}/resume/", headers=headers, follow=True).text
    assert f"{made.user_id} resumed." in text
    made.refresh_from_db()
    assert made.paused_at is None
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["identifier:create", "identifier:pause", "identifier:resume"]


def test_deactivating_asks_first_and_is_final(client, member, base):
    other = MembershipFactory(user=member.user)
    made = press(client, base)
    question = client.get(f"{base}{made.pk}/deactivate/").text
    assert f"Deactivate {made.user_id} for good?" in question
    assert other.company.name in question
    text = client.post(f"{base}{made.pk}/deactivate/", follow=True).text
    row = text[
        text.index(f'id="i-{made.pk}"') : text.index("</tr>", text.index(f'id="i-{made.pk}"'))
    ]
    assert 'class="ended"' in row
    assert "Deactivated" in row
    assert "<button" not in row
    client.post(f"{base}{made.pk}/deactivate/")
    assert AuditEvent.objects.filter(verb="identifier:deactivate").count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("what", ["pause", "resume", "key", "key/copy", "edit", "replace"])
@pytest.mark.parametrize(
    "ended", [{"deactivated_at": timezone.now()}, {"valid_until": timezone.now() - DAY}]
)
def test_what_has_ended_cannot_be_changed_or_shown(client, member, base, what, ended, headers):
    mine = ApiIdentifierFactory(owner=member.user, **ended)
    once = uuid4()
    sent = {
        "note": "",
        "purpose": "api",
        "valid_until": "2099-01-01T00:00",
        "once": once,
        "end": "now",
    }
    answer = client.post(f"{base}{mine.pk}/{what}/", sent, headers=headers)
    assert answer.status_code == 409
    assert "has ended for good" in answer.text
    assert mine.key.reveal() not in answer.text
    assert not ApiIdentifier.objects.filter(once=once).exists()


@pytest.mark.parametrize("what", ["edit", "replace", "deactivate"])
def test_what_has_ended_is_said_before_anything_is_asked(client, member, base, what):
    mine = ApiIdentifierFactory(owner=member.user, deactivated_at=timezone.now())
    answer = client.get(f"{base}{mine.pk}/{what}/")
    assert answer.status_code == 409
    assert "has ended for good" in answer.text


def test_an_excel_identifier_keeps_its_hours_whoever_asks(access):
    mine = services.create(access, Wanted(Purpose.EXCEL), once=uuid4())
    until, asked = mine.valid_until, {"purpose": Purpose.EXCEL, "note": "", "integration": None}
    saved = services.edit(access, mine.pk, **asked, valid_until=timezone.now() + DAY)
    assert saved.valid_until == until


@pytest.mark.parametrize("value", [None, timezone.now()])
def test_the_database_refuses_to_activate_it_again(member, value):
    mine = ApiIdentifierFactory(owner=member.user, deactivated_at=timezone.now() - DAY)
    with pytest.raises(IntegrityError, match="stays so"), transaction.atomic():
        ApiIdentifier.objects.filter(pk=mine.pk).update(deactivated_at=value)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE identifiers_apiidentifier SET deactivated_at = NULL")
    ApiIdentifier.objects.filter(pk=mine.pk).update(note="other columns may change")


@pytest.mark.parametrize(
    ("sent", "ends_within"),
    [({"end": "now"}, 0), ({"end": "day"}, 1), ({"end": "week"}, 7), ({"end": "week", "leaked": "on"}, 0), ({"end": "own", "own": "2099-01-01T00:00"}, 99999)],
)  # fmt: skip
def test_replacing_makes_a_successor_and_ends_the_old_one(client, base, sent, ends_within):
    made = press(client, base)
    client.post(f"{base}{made.pk}/edit/", {"note": "Receipts", "purpose": "store"})
    once = uuid4()
    for _ in range(2):
        text = client.post(f"{base}{made.pk}/replace/", {**sent, "once": once}, follow=True).text
    made.refresh_from_db()
    successor = ApiIdentifier.objects.get(once=once)
    assert made.replaced_by == successor
    assert made.valid_until <= timezone.now() + ends_within * DAY
    assert made.valid_until > timezone.now() + (ends_within - 1) * DAY or ends_within > 7
    assert (successor.note, successor.purpose) == ("Receipts", "store")
    assert successor.key.reveal() != made.key.reveal()
    assert f"Replaced by {successor.user_id}" in text
    assert ApiIdentifier.objects.count() == 2


@pytest.mark.parametrize("sent", [{"end": "own"}, {"end": "own", "own": "2020-01-01T00:00"}])
def test_replacing_at_a_time_that_is_past_is_refused(client, base, sent):
    made = press(client, base)
    answer = client.post(f"{base}{made.pk}/replace/", {**sent, "once": uuid4()})
    assert answer.status_code == 422
    assert "Choose a time in the future." in answer.text
    assert ApiIdentifier.objects.count() == 1


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


def test_a_custom_integration_is_named_only_where_it_is_listed(client, member, company, base):
    secret = IntegrationFactory(custom=True, name_en="Secret Bridge")
    ApiIdentifierFactory(owner=member.user, integration=secret)
    assert "Secret Bridge" not in client.get(base).text
    ListingFactory(company=company, integration=secret)
    assert "Secret Bridge" in client.get(base).text


@pytest.mark.parametrize("count", [10, 200])
def test_statements_of_the_list_are_flat(client, member, base, count, django_assert_num_queries):
    for _ in range(count):
        ApiIdentifierFactory(owner=member.user, made_in=member.company, note="Receipts")
    client.get(base)
    with django_assert_num_queries(4):  # session, user, membership, the list
        client.get(base)


def test_asking_what_a_new_one_is_for_costs_one_statement(
    client, member, base, django_assert_num_queries
):
    press(client, base)
    client.get(base)
    with django_assert_num_queries(5):  # session, user, membership, the list, integrations
        assert "What is it for?" in client.get(base).text


def test_older_ones_follow_without_gap_or_repetition(client, member, base):
    made = [ApiIdentifierFactory(owner=member.user, made_in=member.company) for _ in range(120)]
    seen, url = [], base
    while url:
        text = client.get(url).text
        seen += re.findall(r'<tr role="row" id="i-(\d+)"', text)
        more = re.search(r'href="([^"]+\?after=[^"]+)"', text)
        url = more and unescape(more.group(1))
    assert seen == [str(one.pk) for one in reversed(made)]


@pytest.mark.parametrize(
    "query", ["after=x", "after=[0]", "after=[9223372036854775808]", "after_here=[1,2]", "q=%00"]
)
def test_nonsense_in_the_address_is_said(client, base, query):
    assert client.get(f"{base}?{query}").status_code == 422


def test_opening_the_address_of_a_change_leads_to_the_list(client, member, base):
    mine = ApiIdentifierFactory(owner=member.user)
    for what in ("pause", "resume", "key", "key/copy"):
        assert client.get(f"{base}{mine.pk}/{what}/")["Location"] == base


def test_an_excel_identifier_ends_whatever_is_sent_along(client, company, severa):
    page = f"/companies/{company.business_id}/excel-identifiers/create/"
    client.post(page, {"once": uuid4(), "integration": severa.public_id})
    assert ApiIdentifier.objects.get().valid_until
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiIdentifier.objects.update(valid_until=None)


def test_saving_a_note_moves_no_end(client, member, base):
    end = timezone.now() + timedelta(seconds=50)
    mine = ApiIdentifierFactory(owner=member.user, made_in=member.company, valid_until=end)
    shown = re.search(
        r'name="valid_until" value="([^"]+)"', client.get(f"{base}{mine.pk}/edit/").text
    )
    sent = {"note": "kept", "purpose": "api", "valid_until": shown.group(1)}
    assert client.post(f"{base}{mine.pk}/edit/", sent).status_code == 302
    mine.refresh_from_db()
    assert (mine.note, mine.valid_until) == ("kept", end)
    [event] = AuditEvent.objects.all()
    assert (event.verb, event.after) == ("identifier:note", {"note": "kept"})


def test_an_unreadable_partner_key_blocks_nothing(client, member, company, base, settings):
    linked = IntegrationFactory()
    ListingFactory(company=company, integration=linked)
    mine = ApiIdentifierFactory(owner=member.user, integration=linked)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    for what in ("edit", "replace", "deactivate"):
        assert client.get(f"{base}{mine.pk}/{what}/").status_code == 200
    client.post(f"{base}{mine.pk}/edit/", {"note": "n", "purpose": "api", "integration": ""})
    client.post(f"{base}{mine.pk}/deactivate/")
    mine = ApiIdentifier.objects.visible_to(member.user).get()
    assert mine.deactivated_at


def test_the_mark_of_another_press_links_nothing(client, member, base):
    mine, other = (ApiIdentifierFactory(owner=member.user) for _ in range(2))
    for once in (mine.once, other.once, ApiIdentifierFactory().once):
        answer = client.post(f"{base}{mine.pk}/replace/", {"end": "now", "once": once})
        assert answer.status_code == 409
    mine.refresh_from_db()
    assert mine.replaced_by is None


@pytest.mark.parametrize("excel", [True, False])
def test_what_cannot_be_replaced_says_so_before_anything_is_typed(client, member, base, excel):
    mine = ApiIdentifierFactory(owner=member.user)
    if excel:
        mine.purpose, mine.valid_until = "excel", timezone.now() + DAY
    else:
        mine.replaced_by = ApiIdentifierFactory(owner=member.user)
    mine.save()
    for method in (client.get, client.post):
        answer = method(f"{base}{mine.pk}/replace/", {"end": "now", "once": uuid4()})
        assert answer.status_code == 409
        assert "cannot be replaced, or was already" in answer.text


def test_show_without_script_finds_the_row_on_any_page(client, member, base):
    made = [ApiIdentifierFactory(owner=member.user, made_in=member.company) for _ in range(60)]
    text = client.post(f"{base}{made[3].pk}/key/").text
    assert made[3].key.reveal() in text
    assert f"{base}?after=" not in text  # it is the last page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_row_is_answered_with_its_key_hidden(client, member, base, headers):
    mine = ApiIdentifierFactory(owner=member.user)
    answer = client.get(f"{base}{mine.pk}/", headers=headers, follow=True)
    assert f"Show Key of {mine.user_id}" in answer.text
    assert mine.key.reveal() not in answer.text


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


def test_statements_of_the_other_pages(client, member, company, base, django_assert_num_queries):
    mine = ApiIdentifierFactory(owner=member.user)
    for url, count in {
        base.replace("api-", "excel-"): 4,  # session, user, membership, the list
        f"{base}{mine.pk}/edit/": 5,  # ..., the company's integrations
        f"{base}{mine.pk}/deactivate/": 5,  # ..., where it works
        f"{base}{mine.pk}/replace/": 4,
        f"/companies/{company.business_id}/": 5,  # ..., what ends soon, who can grant more
    }.items():
        client.get(url)
        with django_assert_num_queries(count):
            client.get(url)
