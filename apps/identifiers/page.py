"""What the pages of identifiers show."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.core.lists import written
from apps.core.paging import Page
from apps.identifiers import rules, texts
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.reads import InCompany
from apps.identifiers.rules import Hindrance, State
from apps.resources.models import Integration
from apps.usage.texts import ago

Revealed = tuple[int, str]
"""The row whose Key is shown, and the Key."""


@dataclass(frozen=True)
class Row:
    """One identifier as one company sees it; only its owner is ever given the Key."""

    pk: int
    user_id: str
    owner: str
    created: str
    about: str
    details: str
    validity: str
    why_not: str
    soon: str
    ended: bool
    paused: bool
    is_new: bool
    stopped: bool
    may_replace: bool
    key: str
    used: str
    used_for: str
    used_in: str

    @classmethod
    def of(cls, one: InCompany, access: CompanyAccess, now: datetime, *, key: str = "") -> Row:
        """Say what the person sees of an identifier; ``key`` is its Key, while that is shown."""
        identifier, state = one.identifier, one.identifier.state
        is_told = identifier.tells(access.user, access.company)
        return cls(
            pk=identifier.pk,
            user_id=identifier.user_id,
            owner=identifier.owner.name,
            created=texts.day(identifier.created_at),
            about=_about(identifier) if is_told else str(texts.MADE_ELSEWHERE),
            details=_details(one) if is_told else "",
            validity=texts.validity(
                state,
                valid_until=identifier.valid_until,
                deactivated_at=identifier.deactivated_at,
            ),
            why_not=_why_not(one),
            soon=_soon(one, now),
            ended=state.final,
            paused=state is State.PAUSED,
            is_new=_is_new(identifier, now) and not (state.final or identifier.replaced_by),
            stopped=one.stopped,
            may_replace=identifier.may_replace and access.may_create_identifiers,
            key=key,
            **_use(identifier, now),
        )


def _use(identifier: Any, now: datetime) -> dict[str, str]:
    """Say when it was used last, where, and how that was answered; nothing of one never used."""
    at = identifier.used_at
    return {
        "used": ago(at, now) if at else "",
        "used_for": texts.used(identifier.used_for, identifier.used_verdict) if at else "",
        "used_in": identifier.used_in or "",
    }


def _is_new(identifier: ApiIdentifier, now: datetime) -> bool:
    return now - identifier.created_at < rules.NEW_FOR


def _about(identifier: ApiIdentifier) -> str:
    return identifier.note or str(identifier.get_purpose_display())


def _details(one: InCompany) -> str:
    identifier, successor = one.identifier, one.identifier.replaced_by
    details = [
        identifier.get_purpose_display() if identifier.note else "",
        one.integration_name,
        texts.replaced_by(successor.user_id) if successor else "",
    ]
    return " · ".join(detail for detail in details if detail)


def _why_not(one: InCompany) -> str:
    """Return the hindrance in words; nothing where the validity says the same."""
    if one.hindrance is None or one.identifier.state.final:
        return ""
    if one.hindrance is Hindrance.PAUSED and (since := one.identifier.paused_at):
        return texts.paused(since)
    return str(texts.HINDRANCES[one.hindrance])


def _soon(one: InCompany, now: datetime) -> str:
    """Return how soon it ends here, when that is within 30 days."""
    if one.end is None or one.identifier.state.final or one.identifier.is_excel:
        return ""
    return texts.soon(now, one.end) if rules.step(now=now, end=one.end) else ""


@dataclass(frozen=True)
class Rows:
    """One page of identifiers; ``after`` is the key of the next, empty on the last."""

    rows: list[Row]
    after: str


@dataclass(frozen=True)
class Button:
    """The button that makes one: ``once`` tells one press from the next.

    ``sent`` is what a new identifier is for, when another page or a colleague's mail asked for
    one; the note and the integration are said beside the button.
    """

    once: uuid.UUID
    sent: Mapping[str, str]
    note: str
    integration: str

    @classmethod
    def of(cls, asked: Mapping[str, str], integration: Integration | None) -> Button:
        """Make one of what an address asks for, the integration only if it may be known."""
        sent = {name: asked[name] for name in asked if integration or name != "integration"}
        name = integration.name if integration else ""
        return cls(uuid.uuid4(), sent, sent.get("note", ""), name)


@dataclass(frozen=True)
class HandOver:
    """The identifier that was made just now, and what to send to the software partner.

    ``asks`` says that nobody has told yet what it is for.
    """

    pk: int
    user_id: str
    text: str
    asks: bool


@dataclass(frozen=True)
class IdentifiersPage:
    """One's own identifiers, and for KH and TPK those of all members.

    There is no ``button`` for those who may not create, but ``grantors``, who can help.
    """

    name: str
    own: Rows
    here: Rows | None
    button: Button | None
    hand_over: HandOver | None
    grantors: list[Membership]
    article: str = texts.ARTICLE


def rows_of(
    found: Page[ApiIdentifier], access: CompanyAccess, revealed: Revealed | None = None
) -> Rows:
    """Lay out one page of identifiers, at most one Key in it."""
    now, (pk, key) = timezone.now(), revealed or (0, "")
    rows = [
        Row.of(InCompany.of(one, now), access, now, key=key if one.pk == pk else "")
        for one in found.rows
    ]
    return Rows(rows, written(found.next_key))


def hand_over(found: Page[ApiIdentifier], access: CompanyAccess) -> HandOver | None:
    """Return what to hand over of the newest identifier, if it was made just now and works."""
    now, company = timezone.now(), access.company
    newest = InCompany.of(found.rows[0], now) if found.rows else None
    if newest is None or newest.hindrance or newest.identifier.is_excel:
        return None
    made, name = newest.identifier, newest.integration_name
    if not _is_new(made, now):
        return None
    text = texts.hand_over(made.user_id, company.name, company.business_id, name)
    return HandOver(made.pk, made.user_id, text, asks=not (made.note or made.integration_id))
