"""Sending mails."""

from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation


def deliver(email: str, language: str, template: str, context: dict[str, Any]) -> None:
    """Send a template in a language, else in the present one; its first line is the subject."""
    with translation.override(language or translation.get_language()):
        text = render_to_string(template, context)
    subject, _, body = text.strip().partition("\n")
    send_mail(subject, body.strip() + "\n", None, [email])
