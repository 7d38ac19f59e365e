"""The cookie by which a browser is known: who has been signed in there, signed, and no more."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

COOKIE = f"{settings.HOST}browser"
MOST = 20
"""So many people at most are known in one browser."""
YEAR = timedelta(days=365)


def known_in(request: HttpRequest) -> list[int]:
    """Return the numbers of the people who have been signed in with this browser."""
    try:
        known: list[int] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE)
    except signing.BadSignature:
        return []
    return known


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let the browser know from now on that whoever is signed in has been."""
    known = known_in(request)
    if request.user.pk not in known:
        response.set_cookie(
            COOKIE,
            signing.dumps([*known, request.user.pk][-MOST:], salt=COOKIE),
            YEAR,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
