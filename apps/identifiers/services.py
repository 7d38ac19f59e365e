"""Everything that changes an identifier: lock, decide, save, record."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as replace_facts
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.audit.services import Entry, record
from apps.companies.access import CompanyAccess
from apps.companies.rules import Capability
from apps.core.fields import UnreadableValueError
from apps.identifiers import rules
from apps.identifiers.ids import new_user_id
from apps.identifiers.models import ApiIdentifier, IdentifierStop
from apps.identifiers.rules import EXCEL_LASTS, End, Purpose, State
from apps.resources.models import Integration

TRIES = 5


class EndedError(Exception):
    """The identifier is expired or deactivated, and stays so."""


class ReplacedError(Exception):
    """The identifier has a successor already, or is of a kind that has none."""


class PressedBeforeError(Exception):
    """This press of a button made something else before."""


class UnreadableKeyError(Exception):
    """No configured key opens the Key of the identifier that this names."""


@dataclass(frozen=True)
class Wanted:
    """What a new identifier is for."""

    purpose: Purpose = Purpose.API
    note: str = ""
    integration: Integration | None = None
    valid_until: datetime | None = None


def create(access: CompanyAccess, wanted: Wanted, *, once: UUID) -> ApiIdentifier:
    """Make an identifier for the person who asks.

    ``once`` belongs to one rendering of the button: pressing it twice makes one identifier.
    Raises PermissionDenied unless the person may create; IntegrityError when ``once`` was used
    by somebody else.
    """
    if Capability.CREATE_IDENTIFIERS not in access.capabilities:
        raise PermissionDenied
    if wanted.purpose is Purpose.EXCEL:
        wanted = replace_facts(wanted, valid_until=timezone.now() + EXCEL_LASTS)
    mine = ApiIdentifier.objects.visible_to(access.user)
    for attempt in range(1, TRIES + 1):
        if made := mine.filter(once=once).first():
            return made
        try:
            return _insert(access, wanted, once)
        except IntegrityError:  # the second half of a double click, or a User ID that exists
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def reveal(access: CompanyAccess, pk: int, *, verb: str) -> tuple[ApiIdentifier, str]:
    """Return one of the person's own identifiers and its Key, and record that it was seen.

    Raises ApiIdentifier.DoesNotExist for others' identifiers, EndedError for one that has
    ended, and UnreadableKeyError, with nothing recorded, when no configured key opens it.
    """
    identifier = _locked(access, pk)
    try:
        key = identifier.key.reveal()
    except UnreadableValueError:
        raise UnreadableKeyError(identifier.user_id) from None
    _record(access, identifier, verb)
    return identifier, key


@transaction.atomic
def describe(
    access: CompanyAccess, pk: int, *, purpose: Purpose, note: str, integration: Integration | None
) -> ApiIdentifier:
    """Say what an identifier is for. Raises as ``reveal`` does."""
    identifier = _locked(access, pk)
    after = {"purpose": purpose, "note": note, "integration": integration}
    return _change(access, identifier, "identifier:note", after)


@transaction.atomic
def limit(access: CompanyAccess, pk: int, *, valid_until: datetime | None) -> ApiIdentifier:
    """Let an identifier end at a time, or until further notice. Raises as ``reveal`` does.

    Excel identifiers keep their eight hours: PermissionDenied.
    """
    identifier = _locked(access, pk)
    if identifier.valid_until != valid_until and identifier.purpose == Purpose.EXCEL:
        raise PermissionDenied
    return _change(access, identifier, "identifier:validity", {"valid_until": valid_until})


@transaction.atomic
def pause(access: CompanyAccess, pk: int) -> ApiIdentifier:
    """Stop an identifier everywhere until it is resumed. Raises as ``reveal`` does."""
    identifier = _locked(access, pk)
    since = identifier.paused_at or timezone.now()
    return _change(access, identifier, "identifier:pause", {"paused_at": since})


@transaction.atomic
def resume(access: CompanyAccess, pk: int) -> ApiIdentifier:
    """Let a paused identifier work again. Raises as ``reveal`` does."""
    return _change(access, _locked(access, pk), "identifier:resume", {"paused_at": None})


@transaction.atomic
def deactivate(access: CompanyAccess, pk: int) -> ApiIdentifier:
    """End an identifier in all companies, for good; doing it again changes nothing.

    Raises ApiIdentifier.DoesNotExist for others' identifiers.
    """
    identifier = _locked(access, pk, ended_too=True)
    if identifier.state is State.DEACTIVATED:
        return identifier
    after = {"deactivated_at": timezone.now()}
    return _change(access, identifier, "identifier:deactivate", after)


@transaction.atomic
def replace(
    access: CompanyAccess, pk: int, *, end: End, own: datetime | None, leaked: bool, once: UUID
) -> ApiIdentifier:
    """Make a successor for the same purpose, and let the old one end; return the successor.

    Raises as ``create`` and ``reveal`` do; ReplacedError for one that has a successor or is for
    Excel, PressedBeforeError when ``once`` made another, and ValueError for an own time that is
    not ahead.
    """
    old = _locked(access, pk, ended_too=True)
    if made := ApiIdentifier.objects.visible_to(access.user).filter(once=once).first():
        if made.pk != old.replaced_by_id:
            raise PressedBeforeError
        return made
    check_replaceable(old)
    valid_until = rules.end_of_replaced(
        end, now=timezone.now(), own=own, leaked=leaked, valid_until=old.valid_until
    )
    wanted = Wanted(Purpose(old.purpose), old.note, old.integration)
    successor = create(access, wanted, once=once)
    after = {"valid_until": valid_until, "replaced_by": successor}
    _change(access, old, "identifier:replace", after)
    return successor


def check_replaceable(identifier: ApiIdentifier) -> None:
    """Raise EndedError or ReplacedError unless a successor can be made."""
    if identifier.state.final:
        raise EndedError
    if not identifier.may_replace:
        raise ReplacedError


@transaction.atomic
def stop(access: CompanyAccess, pk: int) -> tuple[ApiIdentifier, bool]:
    """Stop somebody's identifier in this company; return it and whether that is news.

    Raises PermissionDenied unless the person oversees the company's identifiers, and
    ApiIdentifier.DoesNotExist for one that never worked here.
    """
    identifier = _overseen(access, pk)
    _made, news = IdentifierStop.objects.get_or_create(
        company=access.company, identifier=identifier
    )
    if news:
        _record(access, identifier, "identifier:stop")
    return identifier, news


@transaction.atomic
def allow(access: CompanyAccess, pk: int) -> tuple[ApiIdentifier, bool]:
    """Take a stop back; return the identifier and whether that is news. Raises as ``stop``."""
    identifier = _overseen(access, pk)
    gone, _ = IdentifierStop.objects.filter(company=access.company, identifier=identifier).delete()
    if gone:
        _record(access, identifier, "identifier:allow")
    return identifier, bool(gone)


def _insert(access: CompanyAccess, wanted: Wanted, once: UUID) -> ApiIdentifier:
    with transaction.atomic():
        identifier = ApiIdentifier.objects.create(
            owner=access.user,
            made_in=access.company,
            user_id=new_user_id(access.company.name),
            once=once,
            **vars(wanted),
        )
        _record(access, identifier, "identifier:create", after=vars(wanted))
        return identifier


def _locked(access: CompanyAccess, pk: int, *, ended_too: bool = False) -> ApiIdentifier:
    mine = ApiIdentifier.objects.visible_to(access.user)
    found = mine.select_related("integration").select_for_update(of=("self",), no_key=True)
    identifier = found.get(pk=pk)
    if identifier.state.final and not ended_too:
        raise EndedError
    return identifier


def _overseen(access: CompanyAccess, pk: int) -> ApiIdentifier:
    if Capability.OVERSEE_IDENTIFIERS not in access.capabilities:
        raise PermissionDenied
    return ApiIdentifier.objects.of_members(access).get(pk=pk)


def _change(
    access: CompanyAccess, identifier: ApiIdentifier, verb: str, after: dict[str, Any]
) -> ApiIdentifier:
    stored = {name: getattr(identifier, name) for name in after}
    after = {name: value for name, value in after.items() if value != stored[name]}
    before = {name: stored[name] for name in after}
    if not after:
        return identifier
    for name, value in after.items():
        setattr(identifier, name, value)
    fields = [*after, "note_folded"] if "note" in after else list(after)
    identifier.save(update_fields=fields)
    _record(access, identifier, verb, before=before, after=after)
    return identifier


def _record(
    access: CompanyAccess,
    identifier: ApiIdentifier,
    verb: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    told = [_plain(facts) if facts else None for facts in (before, after)]
    entry = Entry(
        verb, "identifier", identifier.pk, identifier.user_id, before=told[0], after=told[1]
    )
    record(access.scene, [entry])


def _plain(facts: dict[str, Any]) -> dict[str, str | None]:
    def text(value: Any) -> str | None:
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds")
        if isinstance(value, Integration) and value.is_custom:
            return value.public_id  # other companies' people may read this
        return None if value is None else str(value)

    return {name: text(value) for name, value in facts.items()}
