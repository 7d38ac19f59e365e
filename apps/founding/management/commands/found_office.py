"""Brings in an accounting office with its first person."""

from apps.founding.forms import FoundOfficeForm
from apps.founding.management.founding import FoundingCommand


class Command(FoundingCommand):
    help = "Founds an accounting office with its own company, and invites its first person (TPK)."
    form = FoundOfficeForm
