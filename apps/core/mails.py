"""Sending mails: a template in the language of whom it is for; its first line is the subject.

Only tasks send: nobody waits for a mail server. One connection serves many mails.
"""

from __future__ import annotations

import math
import smtplib
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from apps.core.metrics import counting_mail

IDLE = 5
"""Seconds that a connection stays open for the next mail."""
REST = 10
"""Seconds that a mail server is left alone which did not answer: other jobs go on meanwhile."""


class Refused(Exception):  # noqa: N818 - what happened, in the words of mail servers
    """The mail server will never take a mail for this address."""


class Person(Protocol):
    """Somebody with an account."""

    email: str
    language: str


@dataclass(frozen=True)
class Receiver:
    """Whom a mail is for; without a language they get it in all of ours."""

    email: str
    language: str = ""

    @classmethod
    def of(cls, person: Person) -> Receiver:
        """Return somebody who has an account."""
        return cls(person.email, person.language)

    @property
    def languages(self) -> Iterable[str]:
        """In which languages they are written to."""
        return [self.language] if self.language else [code for code, _name in settings.LANGUAGES]


class Line:
    """A connection to the mail server, kept open from one mail to the next."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._connection: BaseEmailBackend | None = None
        self._used = self._failed = -math.inf

    def send(self, message: EmailMessage) -> None:
        """Send a mail; raises Refused for an address that never gets it, OSError for any other."""
        with self._lock:
            if time.monotonic() < self._failed + REST:
                raise ConnectionError("The mail server did not answer a moment ago.")
            self._hang_up_if_idle()
            try:
                self._open().send_messages([message])
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
                if is_for_ever(error):
                    raise Refused from error
                raise
            except OSError:
                self._hang_up()
                self._failed = time.monotonic()
                raise
            self._used = time.monotonic()

    def hang_up(self) -> None:
        """Close the connection, and forget whether the server answered."""
        with self._lock:
            self._hang_up()
            self._failed = -math.inf

    def hang_up_if_idle(self) -> None:
        """Close the connection if no mail was sent for a while, unless one is being sent."""
        if self._lock.acquire(blocking=False):
            try:
                self._hang_up_if_idle()
            finally:
                self._lock.release()

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        return self._connection

    def _hang_up_if_idle(self) -> None:
        if time.monotonic() > self._used + IDLE:
            self._hang_up()

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with suppress(OSError):
                connection.close()


def is_for_ever(error: smtplib.SMTPException) -> bool:
    """Tell whether a server refused a mail for good, by the codes that it gave (RFC 5321, 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


line = Line()


def deliver(receiver: Receiver, template: str, context: Mapping[str, Any]) -> None:
    """Send a mail now; raises as ``Line.send`` does."""
    parts = [letter(language, template, context) for language in receiver.languages]
    subject = " · ".join(subject for subject, _text in parts)
    text = "\n\n--\n\n".join(text for _subject, text in parts)
    with counting_mail():
        line.send(EmailMessage(subject, f"{text}\n", None, [receiver.email]))


def letter(language: str, template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and text of a mail in a language."""
    with translation.override(language):
        text = render_to_string(template, dict(context))
    subject, _, body = text.strip().partition("\n")
    return subject, body.strip()
