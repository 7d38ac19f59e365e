"""Mails about people's rights, sent by the worker; jobs hold numbers, never links."""

from __future__ import annotations

from contextlib import suppress

from django_tasks import task

from apps.companies.access import enter
from apps.companies.models import Membership
from apps.core.mails import Refused
from apps.people import mails, reads, services
from apps.people.models import Invitation
from apps.people.rules import Trouble


@task
def send_invitation(pk: int, expires: str, site: str) -> None:
    """Mail an invitation as it was sent at a moment, unless its link is out of date or on its way."""
    invitation = Invitation.objects.open().select_related("company", "invited_by").filter(pk=pk)
    found = invitation.filter(expires_at=expires, mailed_at=None).first()
    if found is None or found.expired:
        return
    try:
        mails.invite(found, site)
    except Refused:
        services.not_mailed(found, Trouble.ADDRESS)
    except OSError:
        services.not_mailed(found, Trouble.SERVER)
        raise
    else:
        services.mailed(found)


@task
def ask_colleague(*, company: int, asker: int, identifier: int, colleague: int, site: str) -> None:
    """Ask a colleague to replace an identifier that stops, as long as both are members."""
    members = Membership.objects.filter(company=company).select_related("company__office", "user")
    asks, asked = (members.filter(user=user).first() for user in (asker, colleague))
    if asks and asked:
        access = enter(asks, asks.user)
        with suppress(Refused):
            mails.ask(access, reads.stopping(access, identifier), asked.user, site)
