"""Mails about identifiers. None of them holds a Key."""

from datetime import datetime
from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from apps.accounts.models import User
from apps.companies.access import CompanyAccess
from apps.companies.models import Company
from apps.identifiers import texts
from apps.identifiers.models import ApiIdentifier


def tell_owner(identifier: ApiIdentifier, access: CompanyAccess, *, stopped: bool) -> None:
    """Tell an owner that KH or TPK stopped an identifier in a company, or allowed it again."""
    context = {
        "identifier": identifier,
        "company": access.company,
        "who": access.user.name,
        "stopped": stopped,
    }
    send(identifier.owner, "identifiers/mail/stopped.txt", context)


def remind(
    person: User, identifier: ApiIdentifier, company: Company, end: datetime, integration: str
) -> None:
    """Remind the owner or a KH of the company that an identifier ends."""
    context = {
        "identifier": identifier,
        "company": company,
        "end": end,
        "integration": integration,
    }
    send(person, "identifiers/mail/reminder.txt", context)


def send(person: User, template: str, context: dict[str, Any]) -> None:
    """Send a mail in the person's language."""
    deliver(person.email, person.language or translation.get_language(), template, context)


def deliver(email: str, language: str, template: str, context: dict[str, Any]) -> None:
    """Send a mail in a language; its first line is the subject."""
    with translation.override(language):
        when = texts.moment(context["end"]) if "end" in context else ""
        text = render_to_string(template, {**context, "when": when})
    subject, _, body = text.strip().partition("\n")
    send_mail(subject, body.strip() + "\n", None, [email])
