"""Founding from the command line, as site staff do by a form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.founding import services, tasks, texts
from apps.founding.forms import FoundCompanyForm
from apps.founding.management import add_site, refuse, site_of
from apps.founding.services import OPERATOR, Loaded, Unloadable
from apps.people.models import Invitation, token_of


class FoundingCommand(BaseCommand):
    """Makes what the form asks for, and its first person's invitation; a second time nothing."""

    form: type[FoundCompanyForm]

    def add_arguments(self, parser: CommandParser) -> None:
        for name in self.form().fields:
            parser.add_argument(f"--{name.replace('_', '-')}", default="")
        parser.add_argument(
            "--print-link",
            action="store_true",
            help="print the invitation's link and send no mail: it lets in whoever has it, once",
        )
        add_site(parser)

    def handle(self, **options: Any) -> None:
        form = self.form({name: options[name] for name in self.form().fields})
        if not form.is_valid():
            raise refuse(told(form))
        site = site_of(options["site"])
        try:
            with transaction.atomic():
                made = services.load(OPERATOR, form.wanted)
                self.tell(form, made, site, print_link=options["print_link"])
        except Unloadable as error:
            form.add_mistakes(list(error.mistakes))
            raise refuse(told(form)) from None
        except IntegrityError:
            raise CommandError("Somebody made it at the same moment. Run this again.") from None

    def tell(self, form: FoundCompanyForm, made: Loaded, site: str, *, print_link: bool) -> None:
        """Say what happens next, and let it happen."""
        where = {"email": form.email, "company": form.cleaned_data["name"]}
        if not made.invitations:
            self.stdout.write(str(texts.THERE) % where)
            return
        [invitation] = made.invitations
        if print_link:
            self.stdout.write(
                f"Whoever opens this link first is let in, within 7 days:\n{link(invitation, site)}"
            )
            return
        tasks.send_waiting.enqueue(invitation.expires_at.isoformat(), site)
        self.stdout.write(f"{str(texts.INVITED) % where} The worker must run for that.")


def link(invitation: Invitation, site: str) -> str:
    """Return the address by which an invitation is accepted."""
    return urljoin(site, reverse("invitation", args=[token_of(invitation.nonce)]))


def told(form: FoundCompanyForm) -> list[str]:
    """Return each mistake of a form with the option that it concerns."""
    return [
        f"--{name.replace('_', '-')}: {message}"
        for name, messages in form.errors.items()
        for message in messages
    ]
