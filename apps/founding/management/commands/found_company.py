"""Brings in a company with its first person."""

from apps.founding.forms import FoundCompanyForm
from apps.founding.management.founding import FoundingCommand


class Command(FoundingCommand):
    help = "Founds a company and invites its first user administrator (KH)."
    form = FoundCompanyForm
