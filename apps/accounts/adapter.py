"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: people are invited to a company."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
