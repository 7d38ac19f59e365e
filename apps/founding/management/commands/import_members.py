"""Invites the people of a file; nobody is a member before they accept."""

from typing import Any

from django.core.management.base import CommandParser

from apps.founding import tasks
from apps.founding.files import MEMBERS
from apps.founding.forms import MemberLine
from apps.founding.management import add_site, site_of
from apps.founding.management.loading import LoadingCommand
from apps.founding.services import Loaded, Wanted


class Command(LoadingCommand):
    help = "Invites the people of a CSV file: all of them, or nobody if there is a mistake."
    form = MemberLine
    columns = MEMBERS
    needed = ("business_id", "email", "name")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--no-mail", action="store_true", help="send no mails before send_invitations is run"
        )
        add_site(parser)

    def wanted(self, asked: list[Any]) -> Wanted:
        return Wanted(members=asked)

    def follow_up(self, made: Loaded, **options: Any) -> None:
        if made.invitations and not options["no_mail"]:
            moment = made.invitations[0].expires_at.isoformat()
            tasks.send_waiting.enqueue(moment, site_of(options["site"]))
