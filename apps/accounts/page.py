"""What the page "Security" shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.usersessions.models import UserSession

from apps.accounts import texts
from apps.accounts.rules import Ends


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
    ends: str

    @classmethod
    def of(cls, found: Iterable[UserSession], this: str | None, ends: Ends | None) -> SecurityPage:
        """Lay out what was found; ``this`` is the key of the session that asks, and ``ends``."""
        browsers = [
            Browser(
                one.pk,
                texts.browser(one.user_agent),
                texts.signed_in_details(one, is_this=one.session_key == this),
                one.session_key == this,
            )
            for one in found
        ]
        browsers.sort(key=lambda one: not one.is_this)
        has_others = any(not one.is_this for one in browsers)
        return cls(browsers, has_others, texts.ends(ends) if ends else "")


@dataclass(frozen=True)
class EndsSoon:
    """What is said before a session ends."""

    said: str
    can_stay: bool

    @classmethod
    def of(cls, ends: Ends) -> EndsSoon:
        """Lay out when it ends; nobody stays longer than the latest."""
        return cls(texts.ends_soon(ends), ends.idle < ends.latest)
