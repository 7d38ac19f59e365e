"""Mails about people's rights. None holds a Key; one holds the link of an invitation."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from apps.accounts.models import User
from apps.companies.access import CompanyAccess
from apps.core.http import AuthenticatedRequest
from apps.core.mails import deliver
from apps.people.reads import Stopping
from apps.people.services import Sent


def invite(request: AuthenticatedRequest, sent: Sent) -> None:
    """Send the link that makes somebody a member."""
    invitation = sent.invitation
    link = request.build_absolute_uri(reverse("invitation", args=[sent.token]))
    context = {
        "company": invitation.company,
        "who": request.user.name,
        "link": link,
        "name": invitation.name,
    }
    _after_commit(invitation.email, "", "people/mail/invited.txt", context)


def welcome(request: AuthenticatedRequest, access: CompanyAccess, person: User) -> None:
    """Tell somebody with an account that they are a member of one more company."""
    link = request.build_absolute_uri(reverse("company_home", args=[access.company.business_id]))
    context = {"company": access.company, "who": request.user.name, "link": link}
    _after_commit(person.email, person.language, "people/mail/added.txt", context)


def ask(
    request: AuthenticatedRequest, access: CompanyAccess, stopping: Stopping, colleague: User
) -> None:
    """Ask a colleague to make an identifier like one that stops; Keys never pass on."""
    identifier, integration = stopping.identifier, stopping.integration
    asked = {"purpose": identifier.purpose, "note": identifier.note}
    if integration:
        asked["integration"] = integration.public_id
    page = reverse("api_identifiers", args=[access.company.business_id])
    context = {
        "company": access.company,
        "who": request.user.name,
        "identifier": identifier,
        "integration": integration.name if integration else "",
        "link": request.build_absolute_uri(f"{page}?{urlencode(asked)}"),
    }
    _after_commit(colleague.email, colleague.language, "people/mail/asked.txt", context)


def _after_commit(email: str, language: str, template: str, context: dict[str, Any]) -> None:
    spoken = language or translation.get_language()
    transaction.on_commit(lambda: deliver(email, spoken, template, context), robust=True)
