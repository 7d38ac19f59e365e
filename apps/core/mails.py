"""Sending mails: a template in the language of whom it is for; its first line is the subject."""

from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation


def deliver(email: str, language: str, template: str, context: dict[str, Any]) -> None:
    """Send a mail now, in the present language if none is known."""
    with translation.override(language or translation.get_language()):
        text = render_to_string(template, context)
    subject, _, body = text.strip().partition("\n")
    send_mail(subject, body.strip() + "\n", None, [email])


def deliver_after_commit(email: str, language: str, template: str, context: dict[str, Any]) -> None:
    """Send a mail once what it tells of is saved; a mail that fails undoes nothing."""
    spoken = language or translation.get_language()
    transaction.on_commit(lambda: deliver(email, spoken, template, context), robust=True)
