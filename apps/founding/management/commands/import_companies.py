"""Founds the companies of a file."""

from typing import Any

from apps.founding.files import COMPANIES
from apps.founding.forms import CompanyLine
from apps.founding.management.loading import LoadingCommand
from apps.founding.services import Wanted


class Command(LoadingCommand):
    help = "Founds the companies of a CSV file: all of them, or none if there is a mistake."
    form = CompanyLine
    columns = COMPANIES
    needed = ("business_id", "name", "package")

    def wanted(self, asked: list[Any]) -> Wanted:
        return Wanted(companies=asked)
