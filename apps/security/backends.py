"""Finding who is signed in, named by Django's setting."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from apps.accounts.models import User
from apps.security import reads
from apps.security.rules import Demand


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs people in as allauth does; the same statement tells whether they administer anything."""

    def get_user(self, user_id: int) -> User | None:
        if settings.SECOND_FACTOR == Demand.OFF:
            found = super().get_user(user_id)
        else:
            found = reads.person(user_id)
        return found if found and self.user_can_authenticate(found) else None
