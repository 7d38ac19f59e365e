"""Writing security events: in the transaction of what they tell, or at once where there is none."""

from datetime import UTC, datetime, timedelta

from allauth.account.adapter import get_adapter
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.models import User
from apps.companies.access import CompanyAccess, OfficeAccess
from apps.companies.rules import MOST_DAYS
from apps.security import reads, rules
from apps.security.models import SecurityEvent
from apps.security.rules import Verb

LONGEST = 200
ASKED = "second_factor_from"
"""Where a session keeps from when its person needs a second factor, as far as that is to come."""


def record(
    request: HttpRequest | None,
    verb: Verb,
    person: User | None,
    *,
    access: CompanyAccess | None = None,
    about: str = "",
) -> SecurityEvent:
    """Write and return one event; nothing secret may be given as what it is ``about``."""
    company = access.company if access else None
    return SecurityEvent.objects.create(
        verb=verb,
        about=about[:LONGEST],
        person_id=person.pk if person else None,
        person=str(person or ""),
        company_id=company.pk if company else None,
        company=str(company or ""),
        address=_address_of(request) if request else None,
        browser=_browser_of(request) if request else "",
    )


def exported(
    request: HttpRequest, access: CompanyAccess | OfficeAccess, filename: str
) -> SecurityEvent:
    """Write that somebody took a file, and of which company if it is of one."""
    of_company = access if isinstance(access, CompanyAccess) else None
    return record(request, Verb.EXPORTED, access.user, access=of_company, about=filename)


def failed(request: HttpRequest | None, email: str) -> SecurityEvent:
    """Write that somebody did not get in; who is not known stays nameless."""
    known = User.objects.filter(email=email).first()
    return record(request, Verb.FAILED, known)


def locked_out(request: HttpRequest, email: str) -> None:
    """Write that somebody tried too often."""
    record(request, Verb.LOCKED_OUT, User.objects.filter(email=email).first())


def _address_of(request: HttpRequest) -> str | None:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None


def _browser_of(request: HttpRequest) -> str:
    said = request.headers.get("User-Agent", "")
    return "".join(filter(str.isprintable, said))[:LONGEST]


def needed_from(session: SessionBase, user: User, *, administers: bool) -> datetime:
    """Return from when somebody needs a second factor; they are asked for it from today on.

    A session remembers a time that is still to come, and no later one than could be given.
    """
    now = timezone.now()
    kept = datetime.fromtimestamp(session.get(ASKED, 0), UTC)
    if now < kept <= now + timedelta(days=MOST_DAYS):
        return kept
    if user.factor_asked_at is None:
        user.factor_asked_at = now
        user.save(update_fields=["factor_asked_at"])
    found = rules.needed_from(user.factor_asked_at, reads.days_given(user, administers=administers))
    session[ASKED] = found.timestamp()
    return found
