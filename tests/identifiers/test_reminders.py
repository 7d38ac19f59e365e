"""Reminders: once per step, to the owner and the company's KH, however often they are sent."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.core.mails import line
from apps.identifiers import tasks
from apps.identifiers.models import ApiIdentifier, IdentifierStop, Reminder
from tests.factories import (
    ApiIdentifierFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
)
from tests.work import mails

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def ending(member, editor):
    end = timezone.now() + 20 * DAY
    return ApiIdentifierFactory(
        owner=member.user, made_in=member.company, valid_until=end, note="Receipts"
    )


def remind():
    mail.outbox.clear()
    call_command("remind", verbosity=0)
    return sorted(message.to[0] for message in mail.outbox)


def test_owner_and_kh_are_told_once_per_step(ending, editor):
    people = sorted(["mary@test.example", editor.user.email])
    for days, told in [(20, True), (8, False), (6, True), (6, False), (0.5, True), (0.5, False)]:
        move(ending, days)
        assert remind() == (people if told else []), days
    assert Reminder.objects.count() == 3 * len(people)


def test_the_mail_names_what_ends_and_no_key(ending):
    remind()
    assert ending.user_id in mail.outbox[0].subject
    assert "Receipts" in mail.outbox[0].body
    assert ending.key.reveal() not in mail.outbox[0].body


def move(identifier, days):
    """Let time pass: what was sent before belongs to the same end."""
    end = timezone.now() + days * DAY
    ApiIdentifier.objects.filter(pk=identifier.pk).update(valid_until=end)
    Reminder.objects.update(end=end)


def test_running_it_again_and_again_sends_nothing_more(ending):
    assert len(remind()) == 2
    assert [remind() for _ in range(3)] == [[], [], []]


def test_a_membership_that_ends_counts_in_its_company_alone(member, editor):
    elsewhere = MembershipFactory(user=member.user)
    ApiIdentifierFactory(owner=member.user, made_in=member.company)
    member.valid_until = timezone.now() + 5 * DAY
    member.save()
    assert remind() == sorted(["mary@test.example", editor.user.email])
    assert all(elsewhere.company.name not in message.subject for message in mail.outbox)


@pytest.mark.parametrize(
    "change",
    [
        {"valid_until": timezone.now() + 31 * DAY},
        {"valid_until": timezone.now() - DAY},
        {"deactivated_at": timezone.now()},
        {"purpose": "excel"},
    ],
)
def test_who_is_left_alone(ending, change):
    ApiIdentifier.objects.update(**change)
    assert remind() == []


def test_what_does_not_work_here_needs_no_reminder(ending, member):
    IdentifierStop.objects.create(company=member.company, identifier=ending)
    assert remind() == []


def test_a_mail_that_fails_is_sent_by_the_next_run(ending, monkeypatch):
    def fail(*_args, **_kwargs):
        raise OSError("no mail server")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
        with pytest.raises(CommandError, match="2 reminders failed"):
            remind()
    assert not Reminder.objects.exclude(sent_at=None).exists()
    line.hang_up()
    assert len(remind()) == 2


def test_a_refused_address_keeps_nobody_else_waiting(ending, member, editor, monkeypatch):
    send = EmailBackend.send_messages

    def refuse(self, sent):
        if sent[0].to == [editor.user.email]:
            raise SMTPRecipientsRefused({editor.user.email: (450, b"try again later")})
        return send(self, sent)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    for told in (["mary@test.example"], []):
        mail.outbox.clear()
        with pytest.raises(CommandError, match="1 reminders failed"):
            call_command("remind", verbosity=0)
        assert [message.to[0] for message in mail.outbox] == told


def test_an_address_that_takes_no_mail_ever_is_not_tried_again(ending, editor, monkeypatch):
    def refuse(_self, sent):
        raise SMTPRecipientsRefused({sent[0].to[0]: (550, b"no such mailbox")})

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        assert remind() == []
    assert remind() == []


def test_what_became_untrue_before_it_was_sent_is_not_told(ending):
    tasks.note_due()
    ApiIdentifier.objects.update(valid_until=timezone.now() + 90 * DAY)
    assert tasks.send() == (0, 0)
    assert not Reminder.objects.exists()


def test_what_a_killed_run_had_in_hand_is_sent_later(ending):
    tasks.note_due()
    now = timezone.now()
    Reminder.objects.update(taken_at=now - timedelta(minutes=9))
    assert tasks.send() == (0, 0)
    Reminder.objects.update(taken_at=now - timedelta(minutes=11))
    assert tasks.send() == (2, 0)


def test_a_worker_notes_and_sends_them(ending):
    tasks.remind.enqueue()
    assert len(mails()) == 2
    tasks.remind.enqueue()
    assert len(mails()) == 2


def test_a_custom_integration_is_named_only_where_it_is_listed(ending, company):
    ending.integration = IntegrationFactory(custom=True, name_en="Secret Bridge")
    ending.save()
    remind()
    assert "Secret Bridge" not in mail.outbox[0].body
    ListingFactory(company=company, integration=ending.integration)
    Reminder.objects.all().delete()
    remind()
    assert "Secret Bridge" in mail.outbox[0].body


def test_what_is_replaced_is_told_apart(ending, member):
    ending.replaced_by = ApiIdentifierFactory(owner=member.user)
    ending.save()
    remind()
    assert "It has been replaced" in mail.outbox[0].body


def test_what_was_made_elsewhere_is_told_to_its_owner_alone(ending, editor):
    ApiIdentifier.objects.update(made_in=MembershipFactory(user=ending.owner).company)
    remind()
    told = {message.to[0]: "Receipts" in message.body for message in mail.outbox}
    assert told == {ending.owner.email: True, editor.user.email: False}
