"""What the pages of users show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.companies import texts as words
from apps.companies.access import CompanyAccess, grantors
from apps.companies.models import Membership
from apps.companies.rules import (
    ADMINISTRATORS,
    FUNCTIONS,
    Area,
    Capability,
    Grants,
    Level,
    Role,
    may_create_identifiers,
    validity,
)
from apps.core.paging import Page, page_by_name
from apps.core.text import fold
from apps.identifiers.facts import Row
from apps.identifiers.models import ApiIdentifier, ApiIdentifierQuerySet
from apps.office.users import rules, texts
from apps.office.users.facts import SOON, InvitationRow, MemberRow, rights_of
from apps.office.users.forms import UsersForm
from apps.office.users.rules import MainArea, Refusal, Rights

PAGE_SIZE = 50
MOST = 50
"""How many invitations, or identifiers of one person, a page shows."""
MOST_COLLEAGUES = 200


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
        found = self.access.company.invitations.open().select_related("invited_by")
        if text := sent.get("q"):
            found = found.filter(name_folded__contains=fold(text))
        ordered = found.order_by("name_folded", "pk")[:MOST]
        return [InvitationRow(one, self.access.grants) for one in ordered]

    @cached_property
    def grantors(self) -> list[Membership]:
        """Who can help somebody who may only look."""
        return [] if self.may_edit else grantors(self.access.company, self.access.user)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """The short names of roles and what they stand for."""
        return [
            (role.value, str(words.ROLES[role]).removesuffix(f" ({role.value})"))
            for role in Role
            if role is not Role.COMPANY_ADMINISTRATOR
        ]

    @property
    def areas(self) -> list[MainArea]:
        """The main areas, in the order of the columns."""
        return list(MainArea)


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


def at_work(access: CompanyAccess) -> ApiIdentifierQuerySet:
    """Return the identifiers that work in the company now."""
    return ApiIdentifier.objects.at_work(access.company)


@dataclass(frozen=True)
class Question:
    """What is asked before somebody's identifiers stop here, wholly or at an earlier end.

    ``sent`` is the form that asked, to be sent again when it is confirmed.
    """

    access: CompanyAccess
    member: Membership
    after: Rights
    sent: QueryDict = field(default_factory=QueryDict)

    @cached_property
    def rows(self) -> list[Row]:
        """The person's identifiers that work here, newest first."""
        mine = at_work(self.access).filter(owner=self.member.user)
        now = timezone.now()
        return [Row(one, now) for one in mine.in_company(self.access.company)[:MOST]]

    @cached_property
    def count(self) -> int:
        """How many there are."""
        if len(self.rows) < MOST:
            return len(self.rows)
        return at_work(self.access).filter(owner=self.member.user).count()

    @property
    def needed(self) -> bool:
        """Whether anything stops at all, or sooner."""
        return rules.shortens(rights_of(self.member), self.after, timezone.now())

    def pick(self, sent: Mapping[str, int]) -> tuple[Row | None, Membership | None]:
        """Return the identifier and the colleague that a form names, as far as they are here."""
        rows = (row for row in self.rows if row.identifier.pk == sent["ask"] and not row.is_excel)
        colleagues = (one for one in self.colleagues if one.pk == sent["colleague"])
        return next(rows, None), next(colleagues, None)

    @cached_property
    def colleagues(self) -> list[Membership]:
        """Members who can make a replacement."""
        others = self.access.company.memberships.in_force().exclude(pk=self.member.pk)
        able = others.filter(user__is_active=True).with_any_function().select_related("user")
        found = able.order_by("user__name_folded", "pk")[:MOST_COLLEAGUES]
        return [one for one in found if may_create_identifiers(one.grants)]

    @property
    def removes(self) -> bool:
        """Whether the person will be no member at all."""
        return self.after is rules.NO_RIGHTS

    @property
    def heading(self) -> str:
        """The question itself."""
        names = {"name": self.member.user.name, "company": self.access.company.name}
        return str(texts.REMOVE if self.removes else texts.SHORTEN) % names

    @property
    def button(self) -> object:
        """What confirming does, in a word."""
        return texts.DO_REMOVE if self.removes else texts.DO_SAVE

    @property
    def stopping(self) -> str:
        """How many identifiers stop, and on which day, when that is ahead."""
        end = rules.lasts_until(self.after, timezone.now())
        return texts.stopping(self.count, None if end == rules.NEVER else end)

    @property
    def colleague(self) -> int | None:
        """Whom the person has picked."""
        picked = self.sent.get("colleague", "")
        return int(picked) if picked.isdecimal() else None

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What was sent, to be sent again; answers to the question itself are left out."""
        own = {"csrfmiddlewaretoken", "confirmed", "change", "ask", "colleague"}
        own |= {"seen"} if self.removes else set()
        return [
            (name, value)
            for name, values in self.sent.lists()
            for value in values
            if name not in own
        ]

    @property
    def mark(self) -> str:
        """What the person saw of these rights."""
        return rights_of(self.member).mark


def able_to(access: CompanyAccess, refusal: Refusal) -> list[Membership]:
    """Return up to three people of the company whom the rule of a refusal does not stop."""
    others = grantors(access.company, access.user)
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
