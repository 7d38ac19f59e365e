"""Changing a member's rights."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.companies.access import enter
from apps.companies.rules import Function, Grants, Level, Role
from apps.core.refusals import Refused
from apps.people import services
from apps.people.models import rights_of
from apps.people.rules import NO_RIGHTS, PRESETS, MainArea, Profile, Refusal, Rights
from apps.people.services import Copying, Guest
from tests.factories import ApiIdentifierFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
SECOND_TIME = datetime(2099, 10, 25, 1, 30, 20, tzinfo=UTC)
"""When clocks show 3:30 for the second time, as winter time begins."""
SALES_LEDGER = PRESETS[MainArea.BUSINESS][Profile.SALES_LEDGER]


@pytest.fixture
def url(base, worker):
    return f"{base}{worker.pk}/"


def test_a_profile_fills_in_the_levels_of_its_area_alone(kh, url, worker, sent):
    data = sent(worker, business="sales_ledger", salaries="none", interface_resources="view")
    assert kh.post(url, data).status_code == 302
    worker.refresh_from_db()
    assert worker.grants.levels == SALES_LEDGER | {Function.INTERFACE_RESOURCES: Level.VIEW}


def test_own_selection_takes_the_single_levels(kh, url, worker, sent):
    kh.post(url, sent(worker, business="own", customers="view"))
    worker.refresh_from_db()
    assert worker.levels == {"sales_invoices": "edit", "customers": "view"}


def test_a_single_level_under_an_untouched_profile_is_not_lost(kh, url, worker, sent):
    worker.levels = dict(SALES_LEDGER)
    worker.save()
    kh.post(url, sent(worker, business="sales_ledger", vouchers="view"))
    worker.refresh_from_db()
    assert worker.grants.levels == SALES_LEDGER | {Function.VOUCHERS: Level.VIEW}


def test_a_level_set_by_hand_wins_over_a_profile_chosen_with_it(kh, url, worker, sent):
    kh.post(url, sent(worker, business="sales_ledger", products="none", vouchers="edit"))
    worker.refresh_from_db()
    assert worker.grants.level(Function.VOUCHERS) is Level.EDIT
    assert worker.grants.level(Function.CUSTOMERS) is Level.EDIT
    assert worker.grants.level(Function.PRODUCTS) is Level.VIEW, "none was shown, not chosen"
    kh.post(url, sent(worker, business="browsing", products="none"))
    worker.refresh_from_db()
    assert worker.grants.level(Function.PRODUCTS) is Level.NONE
    assert worker.grants.level(Function.VENDORS) is Level.VIEW


def test_what_was_shown_before_a_conflict_is_not_taken_for_a_choice(kh, url, worker, sent):
    data = sent(worker, business="sales_ledger", **{"initial-products": "none"})
    worker.levels = {"products": "edit"}
    worker.save()
    assert 'name="initial-products" value="none"' in kh.post(url, data).text
    kh.post(url, data | {"seen": rights_of(worker).mark, "confirmed": "1"})
    worker.refresh_from_db()
    assert worker.grants.levels == SALES_LEDGER


def test_it_is_audited_with_before_and_after(kh, url, worker, sent):
    kh.post(url, sent(worker, roles=["KP"]))
    event = AuditEvent.objects.get(verb="membership:edit")
    assert (event.subject_kind, event.subject_id) == ("user", worker.user.pk)
    assert event.before["roles"] == []
    assert event.after["roles"] == ["KP"]
    assert event.after["levels"] == {"sales_invoices": "edit"}
    assert set(event.after) == {"roles", "levels", "valid_from", "valid_until"}


def test_saving_what_is_so_changes_and_records_nothing(kh, url, worker, sent):
    assert "No change" in kh.post(url, sent(worker), follow=True).text
    assert not AuditEvent.objects.filter(verb__startswith="membership:").exists()


def test_moved_on_is_409_and_keeps_what_was_typed(kh, url, worker, sent):
    data = sent(worker, roles=["KP"], valid_until="2090-01-01T12:00")
    worker.roles = {Role.TT}
    worker.save()
    response = kh.post(url, data)
    assert response.status_code == 409
    assert 'value="2090-01-01T12:00"' in response.text
    assert "Rights as they are now" in response.text
    assert response.text.count("Nothing was saved: someone else changed") == 2
    worker.refresh_from_db()
    assert worker.roles == {"TT"}
    again = kh.post(url, data | {"seen": rights_of(worker).mark, "confirmed": "1"})
    assert again.status_code == 302
    worker.refresh_from_db()
    assert worker.roles == {"KP"}


@pytest.mark.parametrize("role", ["TPK", "KH", "P", "CA"])
def test_a_plain_kh_does_not_hand_out_what_is_above(kh, url, worker, sent, role):
    response = kh.post(url, sent(worker, roles=[role]))
    assert response.status_code == 422
    assert "can give the roles TPK" in response.text
    worker.refresh_from_db()
    assert worker.roles == set()


@pytest.mark.parametrize("role", ["TPK", "KH", "P", "CA"])
def test_a_tpk_does(tpk, url, worker, sent, role):
    tpk.post(url, sent(worker, roles=[role]))
    worker.refresh_from_db()
    assert worker.roles == {role}


def test_the_service_refuses_what_the_form_would(access, worker):
    rights = rights_of(worker)
    wanted = Rights(with_roles(rights, {"KH"}))
    with pytest.raises(Refused) as refused:
        services.edit(access, worker.pk, wanted, seen=rights.mark)
    assert refused.value.reason is Refusal.MAY_NOT_GIVE


def with_roles(rights, roles):
    return Grants(frozenset(Role(role) for role in roles), rights.grants.levels)


def test_a_kh_does_not_touch_a_tpk(kh, base, tpk_member, sent):
    url = f"{base}{tpk_member.pk}/"
    for response in (kh.get(url), kh.post(url, sent(tpk_member, customers="none"))):
        assert response.status_code == 403
        assert "can change the rights of a TPK" in response.text
        assert "Tina Office" in response.text
    tpk_member.refresh_from_db()
    assert tpk_member.levels["customers"] == "edit"


def test_nobody_changes_their_own_rights(kh, base, editor, sent, tpk_member):
    url = f"{base}{editor.pk}/"
    refused = kh.get(url)
    assert refused.status_code == 403
    assert "Who can change them:" in refused.text
    assert kh.post(url, sent(editor, roles=["KH", "KP"])).status_code == 403
    assert kh.get(f"{url}remove/").status_code == 403


def test_people_of_other_companies_are_not_found(kh, base):
    assert kh.get(f"{base}{MembershipFactory().pk}/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("roles", ["BOSS"]),
        ("business", "approver"),
        ("customers", "all"),
        ("valid_until", "soon"),
        ("valid_until", "0001-01-01T00:00"),
        ("valid_from", "1999-01-01T00:00"),
        ("roles", ["\0"]),
    ],
)
def test_nonsense_is_said_at_the_field_and_saves_nothing(kh, url, worker, sent, field, value):
    response = kh.post(url, sent(worker, **{field: value}))
    assert response.status_code == 422
    assert response.context["form"].errors[field]


def test_a_period_ends_after_it_begins(kh, url, worker, sent):
    data = sent(worker, valid_from="2030-01-02T00:00", valid_until="2030-01-01T00:00")
    assert kh.post(url, data).status_code == 422


def test_an_unchanged_end_keeps_its_seconds(kh, url, worker, sent):
    end = timezone.now() + timedelta(days=5)
    worker.valid_until = end
    worker.save()
    shown = timezone.localtime(end).strftime("%Y-%m-%dT%H:%M")
    kh.post(url, sent(worker, roles=["KP"], valid_until=shown))
    worker.refresh_from_db()
    assert (worker.roles, worker.valid_until) == ({"KP"}, end)


def test_an_end_in_the_hour_that_comes_twice_hinders_nothing(kh, url, worker, sent):
    worker.valid_until = SECOND_TIME
    worker.save()
    shown = re.search(r'name="valid_until" value="([^"]+)"', kh.get(url).text).group(1)
    kh.post(url, sent(worker, roles=["KP"], valid_until=shown))
    worker.refresh_from_db()
    assert (worker.roles, worker.valid_until) == ({"KP"}, SECOND_TIME)
    ending = sent(worker, roles=["KP"], valid_until=shown, end="1")
    question = kh.post(url, ending).context["question"]
    kh.post(url, {**dict(question.fields), **ending, "confirmed": "1"})
    worker.refresh_from_db()
    assert worker.valid_until <= timezone.now()


@pytest.mark.parametrize(
    ("changed", "verb", "question"),
    [
        ({"end": "1"}, "membership:end", "End the access of Will Worker"),
        ({"valid_until": "2020-01-01T00:00"}, "membership:end", "End the access of Will Worker"),
        ({"valid_until": "2090-01-01T00:00"}, "membership:edit", "Shorten the access"),
        ({"valid_from": "2090-01-01T00:00"}, "membership:edit", "until the new start date?"),
        ({"sales_invoices": "none"}, "membership:edit", "Remove the last function-specific right"),
    ],
)
def test_what_shortens_access_is_confirmed_first(
    kh, url, worker, company, sent, changed, verb, question
):
    one = ApiIdentifierFactory(owner=worker.user, made_in=company)
    data = sent(worker, business="own", **changed)
    before = rights_of(worker).mark
    response = kh.post(url, data)
    assert response.status_code == 200
    assert question in response.context["question"].heading
    assert ("button-stop" in response.text) == (question != "Shorten the access")
    assert one.user_id in response.text
    assert "1 active API identifier" in response.text
    worker.refresh_from_db()
    assert rights_of(worker).mark == before
    fields = dict(response.context["question"].fields)
    assert kh.post(url, {**data, **fields, "confirmed": "1"}).status_code == 302
    worker.refresh_from_db()
    assert rights_of(worker).mark != before
    assert AuditEvent.objects.filter(verb=verb).count() == 1


def test_the_way_back_from_the_question_keeps_the_form(kh, url, worker, sent):
    data = sent(worker, business="own", sales_invoices="none", roles=["KP"])
    assert "Remove the last function-specific right" in kh.post(url, data).text
    text = kh.post(url, data | {"change": "1"}).text
    assert 'name="roles" value="KP"' in text
    assert "checked" in text


@pytest.mark.parametrize(
    "change",
    [
        lambda access, pk: services.edit(access, pk, NO_RIGHTS, seen=""),
        lambda access, pk: services.remove(access, pk, seen=""),
        lambda access, pk: services.copy(access, pk, Guest("n@t.example", "N"), Copying(False, "")),
        lambda access, pk: services.invite(access, Guest("n@t.example", "N"), NO_RIGHTS),
        lambda access, pk: services.send_again(access, pk),
        lambda access, pk: services.withdraw(access, pk),
    ],
)
def test_every_change_asks_for_the_right_and_the_lock(editor, reader, worker, change):
    for access in (enter(editor, editor.user), enter(reader, reader.user, locked=True)):
        with pytest.raises(PermissionDenied):
            change(access, worker.pk)


def test_the_last_administrator_stays_one(company):
    """Nobody gets so far: whoever may ask is an administrator too, and not oneself."""
    last = MembershipFactory(company=company, editor=True)
    access = replace(enter(last, last.user, locked=True), user=UserFactory())
    now = rights_of(last)

    def weaken(wanted):
        return services.edit(access, last.pk, wanted, seen=now.mark)

    for wanted in (Rights(now.grants, None, timezone.now()), Rights(with_roles(now, ()))):
        with pytest.raises(Refused) as refused:
            weaken(wanted)
        assert refused.value.reason is Refusal.LAST_ADMINISTRATOR
    tomorrow = timezone.now() + timedelta(days=1)
    other = MembershipFactory(company=company, editor=True, valid_until=tomorrow)
    with pytest.raises(Refused):
        weaken(wanted)
    other.valid_until = None
    other.save()
    assert weaken(wanted)


def test_leaving_nobody_who_edits_interface_rights_is_said_and_may_be_done(
    kh, base, company, editor, sent
):
    other = MembershipFactory(company=company, editor=True)
    url, data = f"{base}{other.pk}/", sent(other, interface_resources="view")
    assert kh.post(url, data).status_code == 302
    other.refresh_from_db()
    editor.levels = {"customers": "view"}
    editor.save()
    kh.post(url, sent(other, interface_resources="edit"))
    other.refresh_from_db()
    text = kh.post(url, sent(other, interface_resources="view")).text
    assert (
        "After this, nobody in this company could change the rights of interface resources." in text
    )
    assert "stops working" not in text
    kh.post(url, sent(other, interface_resources="view", confirmed="1"))
    other.refresh_from_db()
    assert other.levels == {"interface_resources": "view"}


def test_access_is_ended_once_and_each_answer_says_so(kh, base, url, worker, sent):
    question = kh.post(url, sent(worker, end="1")).context["question"]
    answer = {**dict(question.fields), **sent(worker, end="1"), "confirmed": "1"}
    for _ in range(2):
        response = kh.post(url, answer, follow=True)
        assert "Access of Will Worker ended." in response.text
    afterwards = kh.get(url).text
    assert "End access now" not in afterwards
    assert "· Access rights expired " in afterwards
    assert AuditEvent.objects.filter(verb="membership:end").count() == 1


def test_what_is_asked_most_stands_first_and_what_ends_access_last(kh, url):
    text = kh.get(url).text
    order = [
        text.index(f">{words}") for words in ("Interface resources", "Roles", "Save", "End access")
    ]
    assert order == sorted(order)
    assert text.index("Remove from this company") > order[-1]


def test_a_question_has_one_way_back(kh, url, base, worker, sent):
    asked = kh.post(url, sent(worker, end="1")).text.partition("<main")[2]
    assert "Back to the form" in asked
    assert "Cancel" not in asked
    removing = kh.get(f"{url}remove/").text.partition("<main")[2]
    assert "Cancel" in removing
    assert "Back to the form" not in removing
