"""Writing security events: in the transaction of what they tell, or at once where there is none."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import Entry
from apps.audit.services import record as record_change
from apps.companies.access import CompanyAccess, OfficeAccess
from apps.companies.rules import Capability
from apps.security import reads, rules
from apps.security.models import SecurityEvent
from apps.security.rules import Verb

LONGEST = 200


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


def give_days(access: CompanyAccess, days: int) -> bool:
    """Give a company's people so many days to set up a second factor; tell whether that is new."""
    access.require(Capability.EDIT_USERS)
    company, before = access.company, reads.factor_days(access)
    if days == before:
        return False
    company.factor_days = days
    company.save(update_fields=["factor_days"])
    then, now = {"factor_days": before}, {"factor_days": days}
    entry = Entry("company:change", "company", company.pk, str(company), before=then, after=now)
    record_change(access.scene, [entry])
    return True


def _address_of(request: HttpRequest) -> str | None:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None


def _browser_of(request: HttpRequest) -> str:
    said = request.headers.get("User-Agent", "")
    return "".join(filter(str.isprintable, said))[:LONGEST]


def needed_from(user: User) -> datetime:
    """Return from when somebody needs a second factor; they are asked for it from today on.

    Somebody who was asked by a clock that was set back since is asked anew.
    """
    now, asked_at = timezone.now(), user.factor_asked_at
    if asked_at is None or asked_at > now:
        user.factor_asked_at = asked_at = now
        user.save(update_fields=["factor_asked_at"])
        user = reads.person(user.pk) or user
    return rules.needed_from(asked_at, getattr(user, "days", None))
