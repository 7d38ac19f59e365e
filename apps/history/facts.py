"""What one line of the history shows, and what the lines have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Case, F, Max, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.audit.models import OF_RIGHTS, AuditEvent, AuditEventQuerySet, name_in
from apps.core.paging import LONG
from apps.history import details, texts
from apps.history.rules import Kind, kind_of
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import ResourceSet
from apps.rights.services import CLOSE, GENERAL, LEAVE
from apps.rights.texts import name_of


@dataclass(frozen=True)
class Census:
    """Who acted in a company, and the newest change of each integration's rights."""

    actors: Mapping[int | None, str]
    newest: Mapping[int, int]

    @classmethod
    def of(cls, events: AuditEventQuerySet) -> Census:
        """Count the events of a company in one statement."""
        changes = OF_RIGHTS & ~Q(verb=LEAVE)
        whose = Case(When(changes, then=Coalesce(F("subject_id"), GENERAL)))
        counted = events.order_by().annotate(whose=whose).values_list("actor_id", "actor", "whose")
        actors: dict[int | None, str] = {}
        newest: dict[int, int] = {}
        for actor_id, actor, subject, last in counted.annotate(last=Max("pk")).order_by("last"):
            actors[actor_id] = actor
            if subject is not None:
                newest[subject] = last
        return cls(actors, newest)

    def integrations(self, catalogue: Catalogue) -> dict[int, Integration]:
        """Return the integrations whose rights were ever changed, by number."""
        found = catalogue.integrations([pk for pk in self.newest if pk != GENERAL])
        return {one.pk: one for one in sorted(found, key=lambda one: one.name_folded)}


@dataclass(frozen=True)
class Known:
    """What the words of every line need: names, and what of it can be put back."""

    catalogue: Catalogue
    integrations: Mapping[int, Integration]
    newest: Mapping[int, int] = field(default_factory=dict)
    companies: Mapping[UUID | None, int] = field(default_factory=dict)
    may_put_back: bool = False

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of integrations by public id."""
        return {one.public_id: one.name for one in self.integrations.values()}


@dataclass(frozen=True)
class Line:
    """One event, or several of one company that were made as one."""

    event: AuditEvent
    known: Known
    together: Sequence[AuditEvent] = ()

    @property
    def about_rights(self) -> bool:
        """Whether rights were changed."""
        return kind_of(self.event.verb) is Kind.RIGHTS

    @property
    def subject(self) -> str:
        """Whose rights, which identifier or which person it was."""
        if not self.about_rights:
            return name_in(self.event.subject)
        if self.together:
            return texts.subjects(self.together)
        if self.event.subject_kind == "general":
            return name_of(None)
        integration = self.known.integrations.get(self.event.subject_id or GENERAL)
        return integration.name if integration else self.event.subject

    @property
    def what(self) -> str:
        """What was done."""
        if self.together:
            return texts.folded(self.together)
        if self.about_rights:
            return texts.rights(self.event, self.known.catalogue)
        return texts.done(self._verb)

    @property
    def _verb(self) -> str:
        """The verb, or that of a period's end for what changed nothing but a period."""
        event = self.event
        is_end = kind_of(event.verb) is Kind.PEOPLE and details.is_period(event.before, event.after)
        return "membership:end" if is_end else event.verb

    @property
    def actor(self) -> str:
        """Who did it, and from which office."""
        return ", ".join(filter(None, [self.event.actor_name, self.event.office]))

    @property
    def details(self) -> list[str]:
        """Who did it, as one of how many, what was before, and why."""
        companies = self.known.companies.get(self.event.bulk_id, 0)
        reason = _("Reason: %(reason)s") % {"reason": self.event.reason}
        return [
            self.actor,
            *([texts.bulk(companies)] if companies > 1 else []),
            *self.changes,
            *([reason] if self.event.reason else []),
        ]

    @property
    def changes(self) -> list[str]:
        """What was before, in words; of several events each tells its own."""
        if self.together:
            return []
        if self.about_rights:
            before = texts.before(self.event)
            return [before] if before else []
        return details.told(self.event.before, self.event.after, self.known.names)

    @property
    def resources(self) -> list[tuple[str, list[InterfaceResource]]]:
        """The resources of a change of several, under headings if it allowed and blocked."""
        added, removed = texts.added_of(self.event), texts.removed_of(self.event)
        if self.together or len(added) + len(removed) < 2:
            return []
        both = bool(added and removed)
        parts: list[tuple[str, ResourceSet]] = [
            (_("Allowed, blocked before") if both else "", added),
            (_("Blocked, allowed before") if both else "", removed),
        ]
        return [(words, self.known.catalogue.of(part)) for words, part in parts if part]

    @property
    def lines(self) -> list[Line]:
        """The events of a folded line, each as a line of its own."""
        return [Line(event, self.known) for event in self.together]

    @property
    def unfolds(self) -> bool:
        """Whether there is more to see than its words."""
        return bool(self.together or self.resources)

    @property
    def time(self) -> str:
        """The time of day."""
        return texts.clock(self.event.at)

    @property
    def lately(self) -> str:
        """When it was done, in one word."""
        return texts.lately(self.event.at, timezone.now())

    @property
    def newest(self) -> bool:
        """Whether nothing was done to the same rights since."""
        whose = self.event.subject_id or GENERAL
        return self.about_rights and self.known.newest.get(whose) == self.event.pk

    @property
    def may_put_back(self) -> bool:
        """Whether the person may take it back now."""
        return self._undoable and self.newest

    @property
    def moved_on(self) -> bool:
        """Whether the person might take it back, were the rights not changed since."""
        return self._undoable and not self.newest

    @property
    def _undoable(self) -> bool:
        """Whether it changed rights; a block of all traffic is reviewed instead."""
        changed = texts.added_of(self.event) or texts.removed_of(self.event)
        single = not self.together and self.event.verb not in (CLOSE, LEAVE)
        return self.known.may_put_back and self.about_rights and single and bool(changed)

    @property
    def may_review(self) -> bool:
        """Whether it blocked all traffic, so that the person may review and reopen."""
        return self.known.may_put_back and self.event.verb == CLOSE and self.newest


@dataclass(frozen=True)
class RightsThen:
    """The rights of one integration, or the general ones, at the end of a day."""

    name: str
    allowed: ResourceSet
    catalogue: Catalogue

    @property
    def count(self) -> str:
        """How many resources were allowed."""
        return texts.allowed_count(len(self.allowed))

    @property
    def unfolded(self) -> bool:
        """Whether what was allowed is shown at once."""
        return 0 < len(self.allowed) <= LONG

    @property
    def sections(self) -> list[tuple[str, list[InterfaceResource]]]:
        """What was allowed, section by section."""
        return self.catalogue.by_section(self.allowed)
