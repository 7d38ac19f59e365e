"""Asking for a reset, confirming and cancelling it, and carrying it out."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.factors import has_factor
from apps.accounts.models import User
from apps.accounts.services import end_everywhere
from apps.audit.services import Entry, Scene
from apps.audit.services import record as record_change
from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.companies.rules import Capability
from apps.core.limits import Full, Limit
from apps.core.refusals import Refused
from apps.people.reads import member as member_of
from apps.recovery import reads
from apps.recovery.models import Reset
from apps.recovery.rules import Refusal, What
from apps.security.rules import Verb
from apps.security.services import record

VERBS = {
    What.ASKED: Verb.RESET_ASKED,
    What.CONFIRMED: Verb.RESET_CONFIRMED,
    What.CANCELLED: Verb.RESET_CANCELLED,
    What.DONE: Verb.FACTORS_RESET,
}
ASKED = Limit("recovery:ask", 5, timedelta(days=1))
"""For one person: more mails would hide the one that warns."""


def ask(access: CompanyAccess, pk: int, request: HttpRequest) -> Reset:
    """Ask for a member's factors to be taken away; nothing happens before the member confirms.

    Raises Membership.DoesNotExist for somebody who is no member, and Refused as
    ``rules.refusal`` decides, while another request is open, and after five in a day.
    """
    access.require(Capability.EDIT_USERS)
    member = member_of(access, pk)
    _lock(member.user)
    if reason := reads.why_not(access, member):
        raise Refused(reason)
    if reads.waiting(access, member.user):
        raise Refused(Refusal.ASKED_ALREADY)
    try:
        ASKED.take(str(member.user_id))
    except Full as full:
        raise Refused(Refusal.ASKED_OFTEN) from full
    Reset.objects.filter(user=member.user, ended_at=None).update(ended_at=timezone.now())
    reset = Reset.objects.create(user=member.user, company=access.company, asked_by=access.user)
    _record(reset, What.ASKED, access.user, request)
    return reset


@transaction.atomic
def confirm(token: str, request: HttpRequest) -> Reset | None:
    """Let a request be carried out in a day; nothing if it is no more, or was confirmed already."""
    reset = _locked(reads.linked(token))
    if reset is None or not reset.can_be_confirmed:
        return None
    reset.confirmed_at = timezone.now()
    reset.save(update_fields=["confirmed_at"])
    _record(reset, What.CONFIRMED, reset.user, request)
    return reset


@transaction.atomic
def cancel(found: Reset | None, by: User | None, request: HttpRequest) -> Reset | None:
    """Cancel a request, for somebody or for its holder; nothing if there is none any more."""
    reset = _locked(found)
    if reset:
        _end(reset, What.CANCELLED, by or reset.user, request)
    return reset


@transaction.atomic
def carry_out(found: Reset) -> What | None:
    """Take the factors away whose day is over, unless that is not right any more.

    Returns what became of it, for the holder to be told; nothing if it was cancelled meanwhile,
    or if site staff took the factors away, who told of it.
    """
    reset = _locked(found)
    if reset is None:
        return None
    if not _is_right(reset):
        _end(reset, What.CANCELLED, reset.asked_by)
        return What.CANCELLED if has_factor(reset.user) else None
    Authenticator.objects.filter(user=reset.user).delete()
    end_everywhere(reset.user)
    _end(reset, What.DONE, reset.asked_by)
    return What.DONE


def _is_right(reset: Reset) -> bool:
    access = reads.helper(reset)
    member = Membership.objects.filter(user=reset.user, company=reset.company).first()
    is_wanted = access and member and reads.why_not(access, member) is None
    return bool(is_wanted and reads.is_lost(reset) and not reads.is_password_new(reset))


def _lock(user: User) -> None:
    """Let nobody else ask, confirm, cancel or carry out for a person until this is done."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _locked(found: Reset | None) -> Reset | None:
    """Return a request as it is once its holder is locked, if it is still open."""
    if found is None:
        return None
    _lock(found.user)
    return Reset.objects.open().filter(pk=found.pk).first()


def _end(reset: Reset, what: What, by: User, request: HttpRequest | None = None) -> None:
    reset.ended_at = timezone.now()
    reset.save(update_fields=["ended_at"])
    _record(reset, what, by, request)


def _record(reset: Reset, what: What, by: User, request: HttpRequest | None) -> None:
    """Write it into the company's history and into the holder's own security record."""
    scene = Scene(by.pk, str(by), company_id=reset.company_id, company=str(reset.company))
    record_change(scene, [Entry(f"factor:{what}", "user", reset.user_id, str(reset.user))])
    record(request, VERBS[what], reset.user, about=by.name)
