"""A lost second factor: asked for, confirmed by its holder, taken away a day later, or cancelled."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.recovery import services, tasks
from apps.recovery.models import Reset
from apps.security.models import SecurityEvent
from apps.security.rules import Verb
from apps.security.services import record
from tests.accounts.factors import is_in, password
from tests.conftest import signed_in
from tests.factories import PASSWORD, AccountingOfficeFactory, MembershipFactory
from tests.recovery.conftest import link_of
from tests.work import mails

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)


def confirm(client, link):
    return client.post(link, {"password": PASSWORD}, follow=True)


def later(passed, **factor):
    """Let so much time have passed since a request was confirmed, and since factors were used."""
    now = timezone.now()
    Reset.objects.update(asked_at=now - passed - MINUTE, confirmed_at=now - passed)
    before = {"created_at": now - passed - MINUTE, "last_used_at": None}
    Authenticator.objects.update(**before | factor)
    tasks.take_away.func()


def told(member):
    """Return the subjects of the mails that somebody got."""
    return [mail.subject for mail in mails() if mail.to == [member.user.email]]


def has_factor(member):
    return Authenticator.objects.filter(user=member.user).exists()


def test_a_day_after_the_holder_confirmed_the_factors_are_gone(lost, link, stranger):
    assert "Confirmed." in confirm(stranger, link).text
    later(DAY)
    assert not has_factor(lost)
    assert not is_in(lost.browser)
    assert password(stranger, lost.user)["Location"] == "/"
    assert [subject for subject in told(lost) if "passkeys and codes" in subject] == [
        "Confirm the reset of your passkeys and codes",
        "Your passkeys and codes will be removed",
        "Your passkeys and codes have been removed",
    ]


def test_and_never_earlier(lost, link, stranger):
    confirm(stranger, link)
    later(DAY - MINUTE)
    assert has_factor(lost)


def test_a_clock_that_was_set_back_makes_nothing_earlier(lost, link, stranger):
    """What is confirmed before it was asked is of such a clock: its day would be over too soon."""
    Reset.objects.update(asked_at=timezone.now() + MINUTE)
    assert confirm(stranger, link).status_code == 410
    Reset.objects.update(asked_at=timezone.now())
    confirm(stranger, link)
    later(-timedelta(hours=5))
    assert has_factor(lost)


def test_without_the_holder_nothing_happens(lost, link):
    tasks.take_away.func()
    Reset.objects.update(asked_at=timezone.now() - timedelta(days=4))
    tasks.take_away.func()
    assert has_factor(lost)


def test_looking_at_the_link_changes_nothing_and_begins_no_session(lost, link, stranger):
    shown = stranger.get(link).text
    assert "If you have lost them, confirm it with your password." in shown
    assert Reset.objects.get().confirmed_at is None
    assert "sessionid" not in stranger.cookies


@pytest.mark.parametrize("sent", [{}, {"password": "wrong"}, {"password": "\x00"}])
def test_only_the_password_confirms(lost, link, stranger, sent):
    assert stranger.post(link, {"x": "", **sent}).status_code == 422
    assert Reset.objects.get().confirmed_at is None


def test_guesses_of_the_password_are_counted(lost, link, stranger):
    for _ in range(6):
        said = stranger.post(link, {"password": "wrong"}).text
    assert "Too many tries." in said
    assert stranger.post(link, {"password": PASSWORD}).status_code == 422


def test_a_link_is_over_after_three_days(lost, link, stranger):
    Reset.objects.update(asked_at=timezone.now() - timedelta(days=3))
    assert stranger.get(link).status_code == 410
    assert confirm(stranger, link).status_code == 410


@pytest.mark.parametrize("made_up", ["1", "1-abc", "x", "999-", "-"])
def test_a_link_that_we_did_not_make_opens_nothing(lost, link, stranger, made_up):
    assert stranger.get(f"/accounts/lost/{made_up}/").status_code == 410


def test_the_holder_cancels_without_the_password(lost, link, stranger):
    confirm(stranger, link)
    assert "The reset is cancelled" in stranger.post(link, {"cancel": "1"}).text
    later(DAY)
    assert has_factor(lost)
    assert stranger.get(link).status_code == 410
    assert "Your passkeys and codes stay" in told(lost)


def test_any_kh_cancels(lost, link, stranger, other_kh, address):
    confirm(stranger, link)
    said = other_kh.post(f"{address}cancel/", follow=True).text
    assert "The reset has been cancelled." in said
    later(DAY)
    assert has_factor(lost)
    assert "no reset to cancel" in other_kh.post(f"{address}cancel/", follow=True).text


def test_it_is_confirmed_and_carried_out_once(lost, link, stranger):
    confirm(stranger, link)
    [reset] = Reset.objects.all()
    confirm(stranger, link)
    assert Reset.objects.get().confirmed_at == reset.confirmed_at
    later(DAY)
    assert services.carry_out(reset) is None
    assert len([one for one in told(lost) if "will be removed" in one]) == 1


def test_it_is_asked_for_once(lost, link, helper, address):
    assert helper.post(address).status_code == 409
    assert "has not confirmed it yet" in helper.get(address).text
    assert Reset.objects.count() == 1


def test_an_old_request_does_not_stand_in_the_way(lost, link, helper, address, stranger):
    Reset.objects.update(asked_at=timezone.now() - timedelta(days=4))
    helper.post(address)
    assert stranger.get(link).status_code == 410
    assert confirm(stranger, link_of(lost)).status_code == 200


def test_whoever_asks_gives_the_password_first(lost, editor, address):
    client = signed_in(editor.user, password_age=1000)
    assert "reauthenticate" in client.post(address)["Location"]
    assert not Reset.objects.exists()


def test_everything_is_written_down(lost, link, stranger, editor, company):
    confirm(stranger, link)
    later(DAY)
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", "actor", "company_id"))
    assert verbs == [
        ("factor:asked", str(editor.user), company.pk),
        ("factor:confirmed", str(lost.user), company.pk),
        ("factor:done", str(editor.user), company.pk),
    ]
    own = SecurityEvent.objects.filter(person_id=lost.user.pk, verb__contains="reset")
    assert set(own.values_list("verb", flat=True)) == {
        "reset_asked",
        "reset_confirmed",
        "factors_reset",
    }


def helped_elsewhere(lost):
    MembershipFactory(user=lost.user)


def over_elsewhere(lost):
    MembershipFactory(user=lost.user, ended=True)


def of_an_office(lost):
    AccountingOfficeFactory().people.add(lost.user)


def of_the_site_staff(lost):
    User.objects.filter(pk=lost.user.pk).update(is_staff=True)


def without_factor(lost):
    Authenticator.objects.all().delete()


def tpk(lost):
    lost.roles = ["TPK"]
    lost.save()


REFUSED = {
    helped_elsewhere: "where you cannot change their rights",
    over_elsewhere: "where you cannot change their rights",
    of_an_office: "where you cannot change their rights",
    of_the_site_staff: "Only the site staff",
    without_factor: "there is nothing to reset",
    tpk: "Only a TPK, or a KH who is also company administrator",
}


@pytest.mark.parametrize("why", REFUSED, ids=lambda why: why.__name__)
def test_who_cannot_be_helped_here_is_told_who_can_help(lost, helper, address, why):
    why(lost)
    assert REFUSED[why] in helper.get(address).text
    answer = helper.post(address)
    assert answer.status_code in (403, 422)
    assert REFUSED[why] in answer.text
    assert not Reset.objects.exists()


@pytest.mark.parametrize("why", REFUSED, ids=lambda why: why.__name__)
def test_what_is_no_longer_right_is_not_carried_out(lost, link, stranger, why):
    confirm(stranger, link)
    had = has_factor(lost)
    why(lost)
    later(DAY)
    assert has_factor(lost) is (had and why is not without_factor)
    assert ("Your passkeys and codes stay" in told(lost)) is (why is not without_factor)


@pytest.mark.parametrize("what", ["created_at", "last_used_at"])
def test_what_was_found_or_added_since_is_kept(lost, link, stranger, what):
    confirm(stranger, link)
    later(DAY, **{what: timezone.now()})
    assert has_factor(lost)
    assert "Your passkeys and codes stay" in told(lost)


def test_a_password_that_came_by_mail_confirms_nothing(lost, link, stranger):
    """Whoever reads the mailbox could have chosen it."""
    record(None, Verb.PASSWORD_RESET, lost.user)
    refused = confirm(stranger, link)
    assert refused.status_code == 422
    assert "Ask the site staff: they can reset it." in refused.text
    assert Reset.objects.get().confirmed_at is None


def test_nor_does_it_once_confirmed(lost, link, stranger):
    confirm(stranger, link)
    record(None, Verb.PASSWORD_RESET, lost.user)
    later(DAY)
    assert has_factor(lost)


def test_it_is_asked_for_five_times_a_day(lost, helper, address):
    for _ in range(5):
        assert helper.post(address).status_code == 302
        helper.post(f"{address}cancel/")
    refused = helper.post(address)
    assert refused.status_code == 409
    assert "five times today" in refused.text


def test_whoever_asked_must_still_be_kh_when_it_is_carried_out(lost, link, stranger, editor):
    confirm(stranger, link)
    editor.delete()
    later(DAY)
    assert has_factor(lost)


def test_a_sole_kh_is_helped_by_site_staff(lost, company):
    """A TPK without KH is no peer of theirs."""
    lost.roles = ["KH"]
    lost.save()
    tpk = MembershipFactory(company=company, editor=True, roles=["TPK"])
    address = f"/companies/{company.business_id}/users/{lost.pk}/second-factor/"
    assert "the only KH of a company" in signed_in(tpk.user).post(address).text
    MembershipFactory(company=company, editor=True)
    assert signed_in(tpk.user).post(address).status_code == 302


def test_a_helper_in_both_companies_helps(lost, editor, helper, address):
    second = MembershipFactory(user=lost.user)
    mine = MembershipFactory(company=second.company, user=editor.user, editor=True)
    assert helper.post(address).status_code == 302
    Reset.objects.all().delete()
    mine.levels = {}
    mine.save()
    assert helper.post(address).status_code == 403


def test_the_offices_people_are_helped_by_its_tpk(company, lost):
    both = [lost.user, MembershipFactory(company=company, editor=True, roles=["TPK"]).user]
    tpk(lost)
    address = f"/companies/{company.business_id}/users/{lost.pk}/second-factor/"
    assert signed_in(both[1]).post(address).status_code == 302


def test_nobody_asks_for_themselves(lost, editor, helper, company):
    address = f"/companies/{company.business_id}/users/{editor.pk}/second-factor/"
    assert "You cannot ask for this yourself." in helper.post(address).text


def test_nothing_of_it_is_secret_in_jobs_or_records(lost, link, stranger):
    confirm(stranger, link)
    token = link.split("/")[-2]
    kept = [DBTaskResult, AuditEvent, SecurityEvent, Reset]
    assert token not in str([list(model.objects.values()) for model in kept])


@pytest.mark.parametrize(
    ("language", "said"),
    [("fi", "Vahvista"), ("sv", "Bekräfta")],
)
def test_the_mail_speaks_the_holders_language(lost, helper, address, language, said):
    User.objects.filter(pk=lost.user.pk).update(language=language)
    helper.post(address)
    assert said in " ".join(told(lost))
