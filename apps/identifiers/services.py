"""Everything that changes an identifier: lock, decide, save, record.

Each is called in the guard's transaction, with the access that was read under its locks.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as replace_facts
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from apps.audit.services import Entry, record
from apps.companies.access import CompanyAccess
from apps.companies.rules import Capability
from apps.core.fields import UnreadableValueError
from apps.core.refusals import Refused
from apps.identifiers import rules
from apps.identifiers.models import ApiIdentifier, IdentifierStop
from apps.identifiers.rules import EXCEL_LASTS, End, Purpose, Refusal, State
from apps.resources.models import Integration

TRIES = 5
ABOUT = ("purpose", "note", "integration")
logger = logging.getLogger(__name__)


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
    Raises PermissionDenied unless the person may create; Refused when ``once`` was used by
    somebody else.
    """
    access.require(Capability.CREATE_IDENTIFIERS)
    if wanted.purpose is Purpose.EXCEL:
        wanted = replace_facts(wanted, valid_until=timezone.now() + EXCEL_LASTS)
    made, is_new = _made(access, wanted, once)
    if is_new:
        _record(access, made, "identifier:create", after=vars(wanted))
    return made


def reveal(access: CompanyAccess, pk: int, *, verb: str) -> tuple[ApiIdentifier, str]:
    """Return one of the person's own identifiers and its Key, and record that it was seen.

    Raises ApiIdentifier.DoesNotExist for others' identifiers; Refused, with nothing recorded,
    for one that has ended, and when no configured key opens its Key.
    """
    identifier = _locked(access, pk)
    try:
        key = identifier.key.reveal()
    except UnreadableValueError:
        logger.error("no key in FIELD_KEYS opens the Key of %s", identifier.user_id)
        raise Refused(Refusal.UNREADABLE) from None
    _record(access, identifier, verb)
    return identifier, key


def edit(access: CompanyAccess, pk: int, **wanted: Any) -> ApiIdentifier:
    """Say what an identifier is for and when it ends, each with its event. Raises as ``reveal``.

    ``wanted`` are its ``purpose``, ``note``, ``integration`` and ``valid_until``, or some of them.
    Excel identifiers keep their eight hours, whatever is sent.
    """
    identifier = _locked(access, pk)
    about = {name: wanted[name] for name in ABOUT if name in wanted}
    _change(access, identifier, "identifier:note", about)
    moves = "valid_until" in wanted and not identifier.is_excel
    ends = {"valid_until": wanted["valid_until"]} if moves else {}
    return _change(access, identifier, "identifier:validity", ends)


def pause(access: CompanyAccess, pk: int) -> ApiIdentifier:
    """Stop an identifier everywhere until it is resumed. Raises as ``reveal`` does."""
    identifier = _locked(access, pk)
    since = identifier.paused_at or timezone.now()
    return _change(access, identifier, "identifier:pause", {"paused_at": since})


def resume(access: CompanyAccess, pk: int) -> ApiIdentifier:
    """Let a paused identifier work again. Raises as ``reveal`` does."""
    return _change(access, _locked(access, pk), "identifier:resume", {"paused_at": None})


def deactivate(access: CompanyAccess, pk: int) -> ApiIdentifier:
    """End an identifier in all companies, for good; doing it again changes nothing.

    Raises ApiIdentifier.DoesNotExist for others' identifiers.
    """
    identifier = _locked(access, pk, ended_too=True)
    if identifier.state is State.DEACTIVATED:
        return identifier
    after = {"deactivated_at": access.scene.at or timezone.now()}
    return _change(access, identifier, "identifier:deactivate", after)


def replace(
    access: CompanyAccess, pk: int, *, end: End, own: datetime | None, leaked: bool, once: UUID
) -> ApiIdentifier:
    """Make a successor for the same purpose, and let the old one end; return the successor.

    Raises as ``create`` and ``reveal`` do, and Refused for one that has a successor or is for
    Excel, when ``once`` made another, and for an own time that is not ahead.
    """
    old = _locked(access, pk, ended_too=True)
    if made := ApiIdentifier.objects.visible_to(access.user).filter(once=once).first():
        if made.pk != old.replaced_by_id:
            raise Refused(Refusal.PRESSED_BEFORE)
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


def check_open(identifier: ApiIdentifier) -> None:
    """Raise Refused for one that has ended: nothing can bring it back."""
    if identifier.state.final:
        raise Refused(Refusal.ENDED)


def check_replaceable(identifier: ApiIdentifier) -> None:
    """Raise Refused unless a successor can be made."""
    check_open(identifier)
    if not identifier.may_replace:
        raise Refused(Refusal.NO_SUCCESSOR)


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


def allow(access: CompanyAccess, pk: int) -> tuple[ApiIdentifier, bool]:
    """Take a stop back; return the identifier and whether that is news. Raises as ``stop``."""
    identifier = _overseen(access, pk)
    gone, _ = IdentifierStop.objects.filter(company=access.company, identifier=identifier).delete()
    if gone:
        _record(access, identifier, "identifier:allow")
    return identifier, bool(gone)


def _made(access: CompanyAccess, wanted: Wanted, once: UUID) -> tuple[ApiIdentifier, bool]:
    company, facts = access.company, vars(wanted)
    for _ in range(TRIES):
        facts = {**vars(wanted), "user_id": rules.new_user_id(company.name)}
        with suppress(IntegrityError):  # of a User ID that exists; a mark of somebody else
            return ApiIdentifier.objects.get_or_create(
                owner=access.user, once=once, defaults={"made_in": company, **facts}
            )
    raise Refused(Refusal.PRESSED_BEFORE)


def _locked(access: CompanyAccess, pk: int, *, ended_too: bool = False) -> ApiIdentifier:
    access.require(Capability.ENTER)
    mine = ApiIdentifier.objects.visible_to(access.user)
    found = mine.select_related("integration").select_for_update(of=("self",), no_key=True)
    identifier = found.get(pk=pk)
    if not ended_too:
        check_open(identifier)
    return identifier


def _overseen(access: CompanyAccess, pk: int) -> ApiIdentifier:
    access.require(Capability.OVERSEE_IDENTIFIERS)
    return ApiIdentifier.objects.of_members(access).get(pk=pk)


def _change(
    access: CompanyAccess, identifier: ApiIdentifier, verb: str, wanted: Mapping[str, Any]
) -> ApiIdentifier:
    before = {name: getattr(identifier, name) for name in wanted}
    after = {name: value for name, value in wanted.items() if value != before[name]}
    if not after:
        return identifier
    for name, value in after.items():
        setattr(identifier, name, value)
    fields = [*after, "note_folded"] if "note" in after else list(after)
    identifier.save(update_fields=fields)
    _record(access, identifier, verb, before={name: before[name] for name in after}, after=after)
    return identifier


def _record(
    access: CompanyAccess,
    identifier: ApiIdentifier,
    verb: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    told = [facts and _plain(_told(access, identifier, facts)) for facts in (before, after)]
    entry = Entry(
        verb, "identifier", identifier.pk, identifier.user_id, before=told[0], after=told[1]
    )
    record(access.scene, [entry])


def _told(
    access: CompanyAccess, identifier: ApiIdentifier, facts: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Leave out what one is for where it was not made: others read the company's history."""
    if identifier.made_in_id == access.company.pk:
        return facts
    return {name: fact for name, fact in facts.items() if name not in ABOUT}


def _plain(facts: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: None if value is None else _text(value) for name, value in facts.items()}


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, Integration) and value.is_custom:
        return value.public_id  # other companies' people may read this
    return str(value)
