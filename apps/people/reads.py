"""Every question about members, invitations, and what stops with somebody's access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.companies.models import MembershipQuerySet as Memberships
from apps.companies.reads import grantors
from apps.companies.rules import (
    ADMINISTRATORS,
    SOON,
    Function,
    Level,
    Role,
    may_create_identifiers,
)
from apps.core.paging import Row
from apps.core.refusals import Reason, Refused
from apps.core.text import fold
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import Purpose
from apps.people import rules
from apps.people.models import Invitation, rights_of
from apps.people.rules import Change, Refusal, Rights
from apps.resources.models import Integration

MOST = 50
"""How many invitations, or identifiers of one person, a page shows."""
MOST_COLLEAGUES = 200
BY_NAME = ("user__name_sorted", "user__email")
ORDERS: Mapping[str, tuple[str, ...]] = {
    "": BY_NAME,
    "interface": ("-interface", *BY_NAME),
    "ends": ("ends", *BY_NAME),
    "signed_in": ("-signed_in", *BY_NAME),
    "identifiers": ("-at_work", *BY_NAME),
}
"""What the list is sorted by; by name unless asked otherwise."""
LEVELS_FALL = Case(
    When(**{f"levels__{Function.INTERFACE_RESOURCES.value}": Level.EDIT.value}, then=Value(2)),
    When(**{f"levels__{Function.INTERFACE_RESOURCES.value}": Level.VIEW.value}, then=Value(1)),
    default=Value(0),
)


def member(access: CompanyAccess, pk: int) -> Membership:
    """Return a member of the company; raises Membership.DoesNotExist for anybody else."""
    return _members(access).get(pk=pk)


def former_member(access: CompanyAccess, user: int | None) -> User | None:
    """Return somebody who was removed from the company and is no member since."""
    if user is None:
        return None
    found = access.company.former_members.filter(user=user).select_related("user").first()
    return found.user if found else None


@dataclass(frozen=True)
class Removal:
    """That somebody was taken out of a company: who, when, and by whom."""

    name: str
    at: datetime
    by: str


def removal(access: CompanyAccess, pk: int) -> Removal | None:
    """Return what became of a membership that somebody removed; nothing if they are back."""
    former = access.company.former_members.filter(number=pk).select_related("user").first()
    if former is None:
        return None
    events = AuditEvent.objects.of_company(access.company.pk).filter(verb="membership:remove")
    event = events.filter(subject_kind="user", subject_id=former.user_id).latest("at")
    return Removal(former.user.name, former.removed_at, event.actor_name)


def member_by_email(access: CompanyAccess, email: str) -> Membership | None:
    """Return the member with an email address, if there is one."""
    return _members(access).filter(user__email=email).first()


def members(access: CompanyAccess, *, q: str, role: str, validity: str) -> Memberships:
    """Return the members that a search means; ``at_work`` counts each one's identifiers.

    What else is annotated is sorted by.
    """
    mine = ApiIdentifier.objects.at_work(access.company).filter(owner=OuterRef("user"))
    counted = mine.order_by().values("owner").annotate(count=Count("pk")).values("count")
    found = _within(_members(access).with_end(), validity).annotate(
        at_work=Coalesce(Subquery(counted), 0),
        interface=LEVELS_FALL,
        signed_in=Coalesce("user__last_login", Value(rules.FIRST_DAY)),
    )
    if role:
        found = found.holding([Role(role)])
    return found.filter(user__name_folded__contains=fold(q)) if q else found


def _members(access: CompanyAccess) -> Memberships:
    return access.company.memberships.select_related("user")


def _within(found: Memberships, validity: str) -> Memberships:
    now = timezone.now()
    match validity:
        case "in_force":
            return found.in_force()
        case "ending":
            return found.in_force().filter(valid_until__lte=now + SOON)
        case "not_yet":
            return found.filter(valid_from__gt=now)
        case "ended":
            return found.filter(valid_until__lte=now)
    return found


def invitations(access: CompanyAccess, *, q: str) -> tuple[list[Invitation], int]:
    """Return the first invitations that wait, by name, and how many there are."""
    found = access.company.invitations.open().select_related("invited_by")
    if q:
        found = found.filter(name_folded__contains=fold(q))
    return _first(found.order_by("name_sorted", "pk"))


def invitation(access: CompanyAccess, pk: int) -> Invitation:
    """Return one that waits here; raises as ``unaccepted``, and Refused for one withdrawn."""
    found = unaccepted(access, pk)
    if found.withdrawn_at is not None:
        raise Refused(Refusal.GONE)
    return found


def unaccepted(access: CompanyAccess, pk: int) -> Invitation:
    """Return one that nobody accepted; raises Refused for one that was.

    Raises Invitation.DoesNotExist for one that is not of this company.
    """
    found = access.company.invitations.get(pk=pk)
    if found.accepted_at is not None:
        raise Refused(Refusal.GONE)
    return found


def invitation_made_by(access: CompanyAccess, once: UUID | None) -> Invitation | None:
    """Return the invitation that one rendering of a form led to, whatever became of it."""
    return access.company.invitations.filter(once=once).first() if once else None


def invitations_of(access: CompanyAccess, email: str) -> QuerySet[Invitation]:
    """Return those of one email that wait here."""
    return access.company.invitations.open().filter(email=email)


def waiting(nonce: str) -> Invitation:
    """Return the invitation whose link has this nonce: whoever has the link may know of it.

    Raises Refused(GONE) unless it can be accepted.
    """
    found = Invitation.objects.with_nonce(nonce)
    if found is None or not found.is_open:
        raise Refused(Refusal.GONE)
    return found


def accepted(nonce: str) -> Invitation | None:
    """Return the invitation with this nonce that made somebody a member who still is one."""
    members = Invitation.objects.filter(
        accepted_at__isnull=False, company__memberships__user__email=F("email")
    )
    return members.with_nonce(nonce)


def account(email: str) -> User | None:
    """Return the account of somebody who is, or may be, invited, open or closed, if there is one.

    It is nobody's in the company yet, so no access leads to it; whoever invites never learns of it.
    """
    return User.objects.filter(email=email).first()


def other_administrators(access: CompanyAccess, member: Membership) -> Memberships:
    """Return the KH and TPK in force, but for one member."""
    others = _members(access).in_force().exclude(pk=member.pk)
    return others.holding(ADMINISTRATORS)


def able_to(access: CompanyAccess, refusal: Reason) -> list[Membership]:
    """Return up to three people of the company whom the rule of a refusal does not stop."""
    if refusal in (Refusal.ONESELF, Refusal.NO_ADMINISTRATOR, Refusal.LAST_ADMINISTRATOR):
        return grantors(access)
    found = _members(access).in_force().with_any_function().exclude(user=access.user)
    roles = [Role.TPK] if refusal is Refusal.MAY_NOT_COPY else rules.GUARDED
    named = found.holding(roles).order_by("user__name_sorted", "pk")[:MOST]
    able = [one for one in named if one.grants.roles & ADMINISTRATORS]
    return [one for one in able if rules.givable(one.grants) == frozenset(Role)][:3]


def change(access: CompanyAccess, member: Membership, after: Rights) -> Change:
    """Return what a change of somebody's rights takes away."""
    before, now = rights_of(member), timezone.now()
    stops_editing = rules.edits_interface(before, now) > rules.edits_interface(after, now)
    leaves_no_editor = stops_editing and not any(
        rules.edits_interface(rights_of(one), now) for one in other_administrators(access, member)
    )
    return Change(before, after, rules.loss(before, after, now), leaves_no_editor)


@dataclass(frozen=True)
class Stopping:
    """An identifier that stops here, with its note and integration as far as they are told here.

    ``is_told`` says whether this company knows what it is for at all.
    """

    identifier: ApiIdentifier
    is_told: bool
    note: str
    integration: Integration | None

    @property
    def is_excel(self) -> bool:
        """Whether it belongs to a workbook, so that nobody can replace it."""
        return self.identifier.purpose == Purpose.EXCEL


@dataclass(frozen=True)
class Stop:
    """The identifiers that stop with somebody's access, and who can make replacements."""

    identifiers: Sequence[Stopping] = ()
    count: int = 0
    colleagues: Sequence[Membership] = ()


def stop(access: CompanyAccess, member: Membership) -> Stop:
    """Return what stops with somebody's access to the company, newest first."""
    theirs = ApiIdentifier.objects.at_work(access.company).filter(owner=member.user)
    rows, count = _first(theirs.in_company(access.company))
    if not rows:
        return Stop()
    stopping = [_stopping(access, one) for one in rows]
    return Stop(stopping, count, _colleagues(access, member))


def stopping(access: CompanyAccess, pk: int) -> Stopping:
    """Return an identifier as the person may tell of it here."""
    return _stopping(access, ApiIdentifier.objects.in_company(access.company).get(pk=pk))


def _stopping(access: CompanyAccess, found: Any) -> Stopping:
    if not found.tells(access.user, access.company):
        return Stopping(found, is_told=False, note="", integration=None)
    linked: Integration | None = found.integration
    is_known = linked and (found.is_listed or not linked.is_custom)
    return Stopping(found, is_told=True, note=found.note, integration=linked if is_known else None)


def _colleagues(access: CompanyAccess, member: Membership) -> list[Membership]:
    others = _members(access).in_force().with_any_function().exclude(pk=member.pk)
    found = others.order_by("user__name_sorted", "pk")[:MOST_COLLEAGUES]
    return [one for one in found if may_create_identifiers(one.grants)]


def _first(found: QuerySet[Row]) -> tuple[list[Row], int]:
    rows = list(found[:MOST])
    return rows, len(rows) if len(rows) < MOST else found.count()
