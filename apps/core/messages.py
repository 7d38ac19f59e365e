"""What was done is said once, to whoever did it."""

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.signing import get_cookie_signer


class OfThisSession(CookieStorage):
    """Messages in a cookie that can be read only in the session in which they were written.

    A cookie outlives the session, and would tell whoever signs in next what was done before.
    Kept in the session itself they would cost every change three statements more.
    """

    cookie_name = f"{settings.HOST}messages"

    def _get(self, *args: Any, **kwargs: Any) -> Any:
        self._bind()
        return super()._get(*args, **kwargs)  # type: ignore[misc]

    def _store(self, *args: Any, **kwargs: Any) -> Any:
        self._bind()  # again: signing in begins a new session
        return super()._store(*args, **kwargs)  # type: ignore[misc]

    def _bind(self) -> None:
        self.signer = get_cookie_signer(salt=f"messages:{self.request.session.session_key}")
