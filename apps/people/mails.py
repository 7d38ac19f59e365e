"""Mails about people's rights. None holds a Key; one holds the link of an invitation."""

from __future__ import annotations

from urllib.parse import urljoin

from django.urls import reverse
from django.utils.http import urlencode

from apps.accounts.models import User
from apps.companies.access import CompanyAccess
from apps.core.mails import Receiver, deliver
from apps.people import reads
from apps.people.models import Invitation, token_of
from apps.people.reads import Stopping


def invite(invitation: Invitation, site: str) -> None:
    """Send the link that makes somebody a member, in their language if they have an account."""
    account = reads.account(invitation.email)
    link = reverse("invitation", args=[token_of(invitation.nonce)])
    context = {
        "company": invitation.company,
        "who": invitation.inviter,
        "link": urljoin(site, link),
        "name": invitation.name,
        "until": invitation.expires_at,
    }
    receiver = Receiver(invitation.email, account.language if account else "")
    deliver(receiver, "people/mail/invited.txt", context)


def ask(access: CompanyAccess, stopping: Stopping, colleague: User, site: str) -> None:
    """Ask a colleague to make an identifier like one that stops; Keys never pass on."""
    identifier, integration = stopping.identifier, stopping.integration
    asked = {"purpose": identifier.purpose, "note": stopping.note} if stopping.is_told else {}
    if integration:
        asked["integration"] = integration.public_id
    page = reverse("api_identifiers", args=[access.company.business_id])
    context = {
        "company": access.company,
        "who": access.user.name,
        "identifier": identifier,
        "note": stopping.note,
        "integration": integration.name if integration else "",
        "link": urljoin(site, f"{page}?{urlencode(asked)}"),
    }
    deliver(Receiver.of(colleague), "people/mail/asked.txt", context)
