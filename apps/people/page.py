"""What the pages of users show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.companies import texts as words
from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.companies.rules import (
    FUNCTIONS,
    SOON,
    Area,
    Capability,
    Function,
    Grants,
    Level,
    Role,
    Validity,
    validity,
)
from apps.core.lists import Head, written
from apps.core.paging import Page
from apps.identifiers.texts import MADE_ELSEWHERE
from apps.people import rules, texts
from apps.people.models import Invitation, rights_of
from apps.people.reads import ORDERS, Stop, Stopping
from apps.people.rules import NEVER, Change, MainArea, Profile, Refusal, Rights

NONE = "–"


@dataclass(frozen=True)
class MemberRow:
    """One member as somebody sees them who may look; ``why_not`` stands in place of actions."""

    pk: int
    name: str
    email: str
    is_self: bool
    roles: str
    interface: Promise
    profiles: Sequence[Promise]
    validity: str
    soon: bool
    ended: bool
    last_sign_in: datetime | None
    identifiers: int
    may_touch: bool
    may_copy: bool
    why_not: Promise | str

    @classmethod
    def of(cls, access: CompanyAccess, member: Any, now: datetime) -> MemberRow:
        """Lay out one of ``reads.members``, and say what the person may do with it."""
        user, grants, end = member.user, member.grants, member.valid_until
        ended = member.validity is Validity.ENDED or not user.is_active
        refusal = _refusal(access, grants, is_self=user == access.user)
        return cls(
            pk=member.pk,
            name=user.name,
            email=user.email,
            is_self=user == access.user,
            roles=texts.codes(grants.roles) or NONE,
            interface=words.LEVELS[grants.level(Function.INTERFACE_RESOURCES)],
            profiles=[texts.PROFILES[rules.profile_of(grants, area)] for area in MainArea],
            validity=member.period if user.is_active else str(texts.ACCOUNT_CLOSED),
            soon=not ended and end is not None and end - now <= SOON,
            ended=ended,
            last_sign_in=user.last_login,
            identifiers=member.at_work,
            may_touch=refusal is None,
            may_copy=not refusal and not rules.may_copy(access.grants, grants.roles),
            why_not=texts.IN_ROW.get(refusal, "") if refusal else "",
        )


@dataclass(frozen=True)
class InvitationRow:
    """An invitation that waits, as somebody sees it who may look."""

    pk: int
    name: str
    email: str
    roles: str
    invited_by: str
    until: str
    delivery: Promise | str
    expired: bool
    may_touch: bool

    @classmethod
    def of(cls, access: CompanyAccess, invitation: Invitation) -> InvitationRow:
        """Lay out one of ``reads.invitations``."""
        grants, expired = invitation.rights.grants, invitation.expired
        return cls(
            pk=invitation.pk,
            name=invitation.name,
            email=invitation.email,
            roles=texts.codes(grants.roles) or NONE,
            invited_by=str(invitation.inviter),
            until=texts.until(invitation.expires_at, expired=expired),
            delivery="" if expired else texts.DELIVERIES[invitation.delivery],
            expired=expired,
            may_touch=_refusal(access, grants) is None,
        )


def _refusal(access: CompanyAccess, held: Grants, *, is_self: bool = False) -> Refusal | None:
    """Return why the viewer may not touch what somebody holds, if so."""
    roles = held.roles
    return rules.may_assign(giver=access.grants, is_self=is_self, now=roles, wanted=roles)


@dataclass(frozen=True)
class UsersPage:
    """Members and invitations that wait; ``after`` is the key of the next page, if there is one."""

    may_edit: bool
    rows: Sequence[MemberRow]
    heads: Mapping[str, Head]
    after: str
    invitations: Sequence[InvitationRow]
    more_invitations: str
    grantors: Sequence[Membership]
    legend: Sequence[tuple[str, str]]

    @classmethod
    def of(
        cls,
        access: CompanyAccess,
        found: Page[Membership],
        waiting: tuple[Sequence[Invitation], int],
        grantors: Sequence[Membership],
        sorted_by: str,
    ) -> UsersPage:
        """Lay out what was found; the grantors are for those who may only look."""
        now, (invitations, count) = timezone.now(), waiting
        return cls(
            may_edit=Capability.EDIT_USERS in access.capabilities,
            rows=[MemberRow.of(access, member, now) for member in found.rows],
            heads=Head.all(ORDERS, texts.SORTS, sorted_by),
            after=written(found.next_key),
            invitations=[InvitationRow.of(access, one) for one in invitations],
            more_invitations=texts.and_more(count - len(invitations)),
            grantors=grantors,
            legend=[(texts.code(role), texts.without_code(role)) for role in Role],
        )


@dataclass(frozen=True)
class RightsPage:
    """Somebody's rights as they are, to be changed or copied; a form carries the mark."""

    pk: int
    name: str
    email: str
    mark: str
    ended: str
    now: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, member: Membership) -> RightsPage:
        """Sum up what a member has; ``mark`` notices later that it was changed meanwhile."""
        rights, user = rights_of(member), member.user
        ended = member.period if member.validity is Validity.ENDED else ""
        return cls(member.pk, user.name, user.email, rights.mark, ended, _in_words(rights))


def _in_words(rights: Rights, *, singly: bool = False) -> list[tuple[str, str]]:
    """Return what rights are called and hold; ``singly`` each level of an own selection."""
    start, end = rights.period
    profiles = [
        (str(texts.MAIN_AREAS[area]), _profile(rights.grants, area, singly=singly))
        for area in MainArea
    ]
    where = words.period(validity(now=timezone.now(), start=start, end=end), start, end)
    roles = words.role_codes(rights.grants.roles) or NONE
    company = (str(words.AREAS[Area.COMPANY]), _levels(rights.grants, FUNCTIONS[Area.COMPANY]))
    return [(_("Roles"), roles), *profiles, company, (_("Validity"), where)]


def _profile(grants: Grants, area: MainArea, *, singly: bool) -> str:
    profile = rules.profile_of(grants, area)
    if singly and profile is Profile.OWN:
        return _levels(grants, rules.functions_of(area))
    return str(texts.PROFILES[profile])


def _levels(grants: Grants, functions: Sequence[Function]) -> str:
    held = {one: grants.level(one) for one in functions}
    above_none = [
        f"{words.FUNCTIONS[one]}: {words.LEVELS[level]}"
        for one, level in held.items()
        if level is not Level.NONE
    ]
    return ", ".join(above_none) or NONE


@dataclass(frozen=True)
class StoppingRow:
    """An identifier that stops."""

    pk: int
    user_id: str
    note: str
    purpose: str
    integration: str
    replaced_by: str
    may_ask: bool

    @classmethod
    def of(cls, found: Stopping, *, may_ask: bool) -> StoppingRow:
        """Lay out one; a colleague can be asked to replace it unless it is a workbook's."""
        one, integration = found.identifier, found.integration
        return cls(
            pk=one.pk,
            user_id=one.user_id,
            note=found.note,
            purpose=one.get_purpose_display() if found.is_told else str(MADE_ELSEWHERE),
            integration=integration.name if integration else NONE,
            replaced_by=one.replaced_by.user_id if one.replaced_by else NONE,
            may_ask=may_ask and not found.is_excel,
        )


@dataclass(frozen=True)
class Question:
    """What is asked before somebody's identifiers stop here, or nobody is left to edit rights.

    It is asked too before rights are replaced by those of another: ``replaces`` are what they
    are called, what somebody has and what they would have. ``fields`` are the form that asked, to
    be sent again when it is confirmed.
    """

    heading: str
    email: str
    told: str
    button: Promise
    removes: bool
    stops: bool
    leaves_no_editor: bool
    replaces: Sequence[tuple[str, str, str]]
    rows: Sequence[StoppingRow]
    colleagues: Sequence[tuple[str, str]]
    picked: str
    fields: Sequence[tuple[str, object]]

    @classmethod
    def of(
        cls, member: Membership, change: Change, stop: Stop, sent: QueryDict, *, seen_as: str
    ) -> Question:
        """Word the question; ``seen_as`` is the field that says which rights were seen."""
        is_copied = seen_as == "replaced"
        heading, button = _asking(change, is_copied=is_copied)
        names = {"name": member.user.name, "company": member.company.name}
        people = [(one.pk, one.user) for one in stop.colleagues]
        return cls(
            heading=str(heading) % names,
            email=member.user.email,
            told=_told(change, stop, names),
            button=button,
            removes=change.removes,
            stops=change.stops,
            leaves_no_editor=change.leaves_no_editor,
            replaces=_beside(change) if is_copied else (),
            rows=[StoppingRow.of(one, may_ask=bool(people)) for one in stop.identifiers],
            colleagues=[(str(pk), f"{user.name} ({user.email})") for pk, user in people],
            picked=sent.get("colleague", ""),
            fields=[
                *_again(sent, seen_as),
                (seen_as, change.before.mark),
                ("user", member.user_id),
            ],
        )


def _asking(change: Change, *, is_copied: bool) -> texts.Asking:
    if change.removes:
        return texts.REMOVING
    return texts.REPLACING if is_copied and change.loss is None else texts.ASKING[change.loss]


def _beside(change: Change) -> list[tuple[str, str, str]]:
    now, then = (_in_words(one, singly=True) for one in (change.before, change.after))
    return [(term, held, given) for (term, held), (_term, given) in zip(now, then, strict=True)]


def _told(change: Change, stop: Stop, names: dict[str, str]) -> str:
    parting = str(texts.PARTING) % names if change.removes else ""
    if not change.takes_access:
        return parting
    end = rules.lasts_until(change.after, timezone.now())
    return f"{parting} {texts.stopping(stop.count, None if end == NEVER else end)}".strip()


def _again(sent: QueryDict, seen_as: str) -> list[tuple[str, str]]:
    """Return what was sent, without the answers to the question."""
    answers = {"csrfmiddlewaretoken", "confirmed", "change", "ask", "colleague", "user", seen_as}
    fields = ((name, value) for name, values in sent.lists() for value in values)
    return [(name, value) for name, value in fields if name not in answers]
