"""What the page "Security" shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.usersessions.models import UserSession

from apps.accounts import texts


@dataclass(frozen=True)
class Browser:
    """One browser that somebody is signed in with."""

    pk: int
    name: str
    details: list[str]
    is_this: bool


@dataclass(frozen=True)
class SecurityPage:
    """The browsers that somebody is signed in with, this one first."""

    browsers: list[Browser]
    has_others: bool

    @classmethod
    def of(cls, found: Iterable[UserSession], this: str | None) -> SecurityPage:
        """Lay out what was found; ``this`` is the key of the session that asks."""
        browsers = [
            Browser(
                one.pk,
                texts.browser(one.user_agent),
                [texts.signed_in(one.created_at), texts.from_address(one.ip)],
                one.session_key == this,
            )
            for one in found
        ]
        browsers.sort(key=lambda one: not one.is_this)
        return cls(browsers, any(not one.is_this for one in browsers))
