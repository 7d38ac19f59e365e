"""Asks the gateway's question for one request, signed with keys of the demo world."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.demo import services as demo
from apps.gateway import installation, services, signing
from apps.gateway.installation import SettingsError
from apps.gateway.signing import Algorithm, Question


class Command(BaseCommand):
    help = "Signs a request as a client would, asks whether it may pass, and prints the answer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", help="for example /customer.nv?method=add")
        parser.add_argument("--integration", default="Bezala", help="its name in English")
        parser.add_argument("--identifier", help="a User ID; the first that works unless given")
        parser.add_argument("--company", default="9000001-1", help="a business ID")

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Keys are used only where DEMO=on.")
        try:
            here = installation.read(**settings.GATEWAY)
        except SettingsError as error:
            raise CommandError(str(error)) from None
        identifier, integration = chosen(options)
        now, base = datetime.now(UTC), here.bases[0]
        question = asked(
            base.prefix + options["target"],
            customer=identifier["user_id"],
            partner=integration["partner_id"],
            company=options["company"],
            now=now,
        )
        headers = signing.signed(question, (identifier["key"], integration["partner_key"]), base)
        answer = services.ask(headers, question.target, "GET", here, now)
        self.stdout.write(f"{answer.status} {answer.code or 'OK'} {answer.text}".rstrip())


def asked(target: str, *, customer: str, partner: str, company: str, now: datetime) -> Question:
    """Return a question of now that is not signed yet."""
    return Question(
        target=target,
        sender="Demo client",
        customer=customer,
        partner=partner,
        timestamp=f"{now:%Y-%m-%d %H:%M:%S.000}",
        unix=str(int(now.timestamp())),
        transaction=secrets.token_hex(16),
        mac="",
        algorithm=Algorithm.HMACSHA256,
        language="EN",
        company=company,
    )


def chosen(options: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the identifier and the integration with their keys; raises CommandError."""
    known = demo.credentials()
    user_id, name = options["identifier"], options["integration"]
    identifiers = [
        one
        for one in known["identifiers"]
        if (one["user_id"] == user_id if user_id else one["state"] == "works")
    ]
    integrations = [one for one in known["integrations"] if one["name"] == name]
    if not identifiers or not integrations:
        raise CommandError("There is no such identifier or integration in the demo world.")
    return identifiers[0], integrations[0]
