"""Mails about people's rights. None holds a Key; one holds the link of an invitation."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode

from apps.accounts.models import User
from apps.companies.access import CompanyAccess
from apps.core.http import AuthenticatedRequest
from apps.core.mails import deliver_after_commit
from apps.people import reads
from apps.people.reads import Stopping
from apps.people.services import Sent


def invite(request: AuthenticatedRequest, sent: Sent) -> None:
    """Send the link that makes somebody a member, in their language if they have an account."""
    invitation = sent.invitation
    account = reads.account(invitation.email)
    link = request.build_absolute_uri(reverse("invitation", args=[sent.token]))
    context = {
        "company": invitation.company,
        "who": request.user.name,
        "link": link,
        "name": invitation.name,
    }
    language = account.language if account else ""
    deliver_after_commit(invitation.email, language, "people/mail/invited.txt", context)


def ask(
    request: AuthenticatedRequest, access: CompanyAccess, stopping: Stopping, colleague: User
) -> None:
    """Ask a colleague to make an identifier like one that stops; Keys never pass on."""
    identifier, integration = stopping.identifier, stopping.integration
    asked = {"purpose": identifier.purpose, "note": stopping.note} if stopping.is_told else {}
    if integration:
        asked["integration"] = integration.public_id
    page = reverse("api_identifiers", args=[access.company.business_id])
    context = {
        "company": access.company,
        "who": request.user.name,
        "identifier": identifier,
        "note": stopping.note,
        "integration": integration.name if integration else "",
        "link": request.build_absolute_uri(f"{page}?{urlencode(asked)}"),
    }
    deliver_after_commit(colleague.email, colleague.language, "people/mail/asked.txt", context)
