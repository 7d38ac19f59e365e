"""What the pages of users show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.companies import texts as words
from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.companies.reads import grantors
from apps.companies.rules import (
    ADMINISTRATORS,
    FUNCTIONS,
    SOON,
    Area,
    Capability,
    Grants,
    Level,
    Role,
    validity,
)
from apps.core.paging import Page, page_by_name
from apps.core.text import fold
from apps.people import rules, texts
from apps.people.facts import InvitationRow, MemberRow
from apps.people.forms import UsersForm
from apps.people.models import Invitation
from apps.people.questions import MOST, at_work
from apps.people.rules import MainArea, Refusal, Rights

PAGE_SIZE = 50


@dataclass(frozen=True)
class UsersPage:
    """The members of a company and the invitations that wait."""

    access: CompanyAccess
    form: UsersForm

    @property
    def may_edit(self) -> bool:
        """Whether actions are shown; every write checks again."""
        return Capability.EDIT_USERS in self.access.capabilities

    @cached_property
    def members(self) -> Page[Membership]:
        """One page of members in the order of their names."""
        sent = self.form.cleaned_data
        found = members(self.access, sent.get("q", ""))
        if role := sent.get("role"):
            found = found.holding([Role(role)])  # type: ignore[attr-defined]
        found = within(found, sent.get("validity", ""))
        return page_by_name(found, after=sent.get("after", ""), size=PAGE_SIZE)

    @property
    def rows(self) -> list[MemberRow]:
        """The members as the viewer sees them."""
        access, now = self.access, timezone.now()
        return [MemberRow(one, access.user, access.grants, now) for one in self.members.rows]

    @cached_property
    def invitations(self) -> list[InvitationRow]:
        """Those that wait, on the first page of members and whatever their roles."""
        sent = self.form.cleaned_data
        if sent.get("after"):
            return []
        ordered = self._waiting.select_related("invited_by").order_by("name_folded", "pk")
        return [InvitationRow(one, self.access.grants) for one in ordered[:MOST]]

    @property
    def more_invitations(self) -> str:
        """How many more wait than are shown, in words."""
        shown = len(self.invitations)
        return texts.and_more(self._waiting.count() - shown) if shown == MOST else ""

    @property
    def _waiting(self) -> QuerySet[Invitation]:
        found = self.access.company.invitations.open()
        text = self.form.cleaned_data.get("q")
        return found.filter(name_folded__contains=fold(text)) if text else found

    @property
    def narrowed(self) -> bool:
        """Whether not everybody is shown."""
        return any(self.form.data.get(field.name) for field in self.form.visible_fields())

    @cached_property
    def grantors(self) -> list[Membership]:
        """Who can help somebody who may only look."""
        return [] if self.may_edit else grantors(self.access)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """The short names of roles and what they stand for."""
        return [
            (texts.code(role), str(words.ROLES[role]).removesuffix(f" ({role.value})"))
            for role in Role
        ]


def members(access: CompanyAccess, text: str) -> QuerySet[Membership]:
    """Return the members whose name or email contains a text, each with what its row needs."""
    mine = at_work(access).filter(owner=OuterRef("user")).order_by().values("owner")
    counted = Subquery(mine.annotate(count=Count("pk")).values("count"))
    found = access.company.memberships.select_related("user").annotate(
        name_folded=F("user__name_folded"),
        key=Cast("pk", CharField()),
        at_work=Coalesce(counted, 0),
    )
    return found.filter(user__name_folded__contains=fold(text)) if text else found


def within(found: QuerySet[Membership], choice: str) -> QuerySet[Membership]:
    """Return the memberships that one of the choices of validity means."""
    now = timezone.now()
    match choice:
        case "in_force":
            return found.in_force()  # type: ignore[attr-defined, no-any-return]
        case "ending":
            soon = Q(valid_until__lte=now + SOON)
            return found.in_force().filter(soon)  # type: ignore[attr-defined, no-any-return]
        case "not_yet":
            return found.filter(valid_from__gt=now)
        case "ended":
            return found.filter(valid_until__lte=now)
    return found


def able_to(access: CompanyAccess, refusal: Refusal) -> list[Membership]:
    """Return up to three people of the company whom the rule of a refusal does not stop."""
    others = grantors(access)
    if refusal in (Refusal.ONESELF, Refusal.NO_ADMINISTRATOR, Refusal.LAST_ADMINISTRATOR):
        return others
    found = access.company.memberships.in_force().with_any_function().exclude(user=access.user)
    roles = [Role.TPK] if refusal is Refusal.MAY_NOT_COPY else rules.GUARDED
    named = found.holding(roles).select_related("user").order_by("user__name_folded", "pk")[:MOST]
    able = [one for one in named if one.grants.roles & ADMINISTRATORS]
    return [one for one in able if rules.givable(one.grants) == frozenset(Role)][:3]


def in_words(rights: Rights) -> list[tuple[str, str]]:
    """Return rights as the pages of editing and copying sum them up."""
    start, end = rights.period
    profiles = [
        (str(texts.MAIN_AREAS[area]), str(texts.PROFILES[rules.profile_of(rights.grants, area)]))
        for area in MainArea
    ]
    where = words.period(validity(now=timezone.now(), start=start, end=end), start, end)
    roles = words.role_codes(rights.grants.roles) or "–"
    company = (str(words.AREAS[Area.COMPANY]), _levels(rights.grants, Area.COMPANY))
    return [(_("Roles"), roles), *profiles, company, (_("Validity"), where)]


def _levels(grants: Grants, area: Area) -> str:
    held = {one: grants.level(one) for one in FUNCTIONS[area]}
    above_none = [
        f"{words.FUNCTIONS[one]}: {words.LEVELS[level]}"
        for one, level in held.items()
        if level is not Level.NONE
    ]
    return ", ".join(above_none) or "–"
