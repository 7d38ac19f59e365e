"""The question before a change that takes something away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.companies.rules import may_create_identifiers
from apps.identifiers.models import ApiIdentifier, ApiIdentifierQuerySet
from apps.identifiers.reads import InCompany
from apps.people import rules, services, texts
from apps.people.facts import rights_of
from apps.people.rules import Loss, Rights

MOST = 50
"""How many invitations, or identifiers of one person, a page shows."""
MOST_COLLEAGUES = 200


def at_work(access: CompanyAccess) -> ApiIdentifierQuerySet:
    """Return the identifiers that work in the company now."""
    return ApiIdentifier.objects.at_work(access.company)


@dataclass(frozen=True)
class Question:
    """What is asked before somebody's identifiers stop here, or nobody is left to edit rights.

    ``sent`` is the form that asked, to be sent again when it is confirmed; ``seen_as`` is the
    field that says which rights of the person were seen.
    """

    access: CompanyAccess
    member: Membership
    after: Rights
    sent: QueryDict = field(default_factory=QueryDict)
    seen_as: str = "seen"

    @cached_property
    def loss(self) -> Loss | None:
        """How the person's access ends, at once or sooner, if it does."""
        return rules.loss(rights_of(self.member), self.after, timezone.now())

    @cached_property
    def leaves_no_editor(self) -> bool:
        """Whether nobody in force could then change interface rights, unlike now."""
        now = timezone.now()
        before, after = (rules.edits_interface(one, now) for one in (self.before, self.after))
        others = services.other_administrators(self.member)
        return before > after and not any(
            rules.edits_interface(rights_of(one), now) for one in others
        )

    @property
    def before(self) -> Rights:
        """The rights as they are."""
        return rights_of(self.member)

    @property
    def needed(self) -> bool:
        """Whether there is something to ask."""
        return self.loss is not None or self.leaves_no_editor

    @cached_property
    def rows(self) -> list[InCompany]:
        """The person's identifiers that work here and will stop, newest first."""
        if not self.takes_access:
            return []
        mine = at_work(self.access).filter(owner=self.member.user)
        now = timezone.now()
        return [InCompany.of(one, now) for one in mine.in_company(self.access.company)[:MOST]]

    @cached_property
    def count(self) -> int:
        """How many there are."""
        if len(self.rows) < MOST:
            return len(self.rows)
        return at_work(self.access).filter(owner=self.member.user).count()

    def pick(self, sent: Mapping[str, int]) -> tuple[InCompany | None, Membership | None]:
        """Return the identifier and the colleague that a form names, as far as they are here."""
        rows = (row for row in self.rows if row.identifier.pk == sent["ask"])
        rows = (row for row in rows if not row.identifier.is_excel)
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
    def takes_access(self) -> bool:
        """Whether the person's access ends, at once or sooner."""
        return self.removes or self.loss is not None

    @property
    def stops(self) -> bool:
        """Whether access ends at once."""
        return self.takes_access and (self.removes or self.loss is not Loss.SHORTER)

    @property
    def heading(self) -> str:
        """The question itself."""
        return str(self._words[0]) % self._names

    @property
    def button(self) -> object:
        """What confirming does, in a word."""
        return self._words[1]

    @property
    def parting(self) -> str:
        """What a removal leaves to the person."""
        return str(texts.PARTING) % self._names if self.removes else ""

    @property
    def _words(self) -> texts.Asking:
        return texts.REMOVING if self.removes else texts.ASKING[self.loss]

    @property
    def _names(self) -> dict[str, str]:
        return {"name": self.member.user.name, "company": self.access.company.name}

    @property
    def stopping(self) -> str:
        """How many identifiers stop, and on which day, when that is ahead."""
        if not self.takes_access:
            return ""
        end = rules.lasts_until(self.after, timezone.now())
        return texts.stopping(self.count, None if end == rules.NEVER else end)

    @property
    def colleague(self) -> int | None:
        """Whom the person has picked."""
        picked = self.sent.get("colleague", "")
        return int(picked) if picked.isdecimal() else None

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What was sent, to be sent again, and which rights were seen; answers are left out."""
        answers = {"csrfmiddlewaretoken", "confirmed", "change", "ask", "colleague", self.seen_as}
        kept = [
            (name, value)
            for name, values in self.sent.lists()
            for value in values
            if name not in answers
        ]
        return [*kept, (self.seen_as, self.mark)]

    @property
    def mark(self) -> str:
        """What tells the rights as they are from all others."""
        return self.before.mark
