"""What the yearly review shows: the integrations, and of one what it may do and what it used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from apps.companies.access import CompanyAccess
from apps.identifiers.models import ApiIdentifier
from apps.receipts import texts
from apps.receipts.reads import NAMED
from apps.receipts.rules import Decision, Past, Used, is_due
from apps.resources.catalogue import Catalogue
from apps.resources.models import InterfaceResource
from apps.resources.rules import LATELY, ResourceSet, Review, Sign, Standing
from apps.rights import needs
from apps.rights import texts as rights
from apps.rights.reads import Opened
from apps.rights.texts import SignLook

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """One integration of the list, and when it was reviewed last; ``due`` if a year went by."""

    name: str
    address: str
    allowed: str
    reviewed: str
    changed: str | Promise
    due: bool


@dataclass(frozen=True)
class ReceiptsPage:
    """All integrations in the list, those that are due first; ``due`` says how many these are."""

    due: str
    lines: Sequence[Line]

    @classmethod
    def of(cls, access: CompanyAccess, found: Opened) -> ReceiptsPage:
        """Lay out the integrations in the list."""
        now = timezone.now()
        lines = [
            _line(access, one, found.reviews.get(one.subject or 0), now)
            for one in found.board.listed
        ]
        return cls(texts.due(due_in(found)), sorted(lines, key=lambda line: not line.due))


def due_in(found: Opened) -> int:
    """Return how many integrations in the list are due for review."""
    now, reviews = timezone.now(), found.reviews
    due = [is_due(reviews.get(one.subject or 0), one.in_force, now) for one in found.board.listed]
    return sum(due)


def _line(access: CompanyAccess, standing: Standing, review: Review | None, now: datetime) -> Line:
    needless = not standing.in_force and review is None
    return Line(
        name=rights.name_of(standing.integration),
        address=reverse("receipt", args=_place(access, standing)),
        allowed=rights.allowed_of(len(standing.in_force), len(standing.usable)),
        reviewed=str(texts.NOTHING_ALLOWED) if needless else texts.reviewed(review),
        changed=_changed(standing, review),
        due=is_due(review, standing.in_force, now),
    )


def _changed(standing: Standing, review: Review | None) -> str | Promise:
    return texts.CHANGED if review and review.found != standing.in_force else ""


@dataclass(frozen=True)
class Right:
    """One resource that was used, or that was allowed once: then ``blocked`` says by whom and when."""

    name: str
    code: str
    year: str
    quarter: str
    last: str
    blocked: str = ""


@dataclass(frozen=True)
class Part:
    """A section of the catalogue: how much of it is allowed, and how much of that was used."""

    name: str
    allowed: str
    year: str
    quarter: str


@dataclass(frozen=True)
class Found:
    """What was found about one integration in the list."""

    opened: Opened
    standing: Standing
    past: Past
    used: Used
    linked: Sequence[ApiIdentifier]
    today: date

    @property
    def is_young(self) -> bool:
        """Whether less than a year was counted."""
        return self.used.is_young(self.today)

    def of(self, wanted: ResourceSet) -> list[InterfaceResource]:
        """Return some resources, in the order of the catalogue."""
        return self.opened.catalogue.of(wanted)


@dataclass(frozen=True)
class ReceiptPage:
    """What an integration may do and what it used, as of ``today``.

    ``rest`` is what is allowed and was not used, as far as anybody knows: ``unused`` says so. ``earlier`` was taken
    back, or used without a right of its own; ``seen`` is sent along when all is found still right.
    """

    name: str
    kind: str
    today: str
    url: str
    public_id: str
    seen: str
    allowed: str
    reviewed: str
    changed: str | Promise
    listed: str
    last: str
    needs: str
    signs: Sequence[SignLook]
    identifiers: Sequence[ApiIdentifier]
    more_identifiers: bool
    counted: str
    parts: Sequence[Part]
    used: Sequence[Right]
    rest: Sequence[tuple[str, Sequence[InterfaceResource]]]
    unused: str
    decided: Sequence[tuple[str, str]]
    earlier: Sequence[Right]

    @classmethod
    def of(cls, access: CompanyAccess, found: Found) -> ReceiptPage:
        """Lay out what was found."""
        standing, review = found.standing, found.opened.reviews.get(found.standing.subject or 0)
        return cls(
            name=rights.name_of(standing.integration),
            kind=_kind(access, standing),
            today=texts.day_of(found.today),
            url=reverse("integration_rights", args=_place(access, standing)),
            public_id=standing.public_id or "",
            seen=standing.mark,
            allowed=rights.allowed_of(len(standing.in_force), len(standing.usable)),
            reviewed=texts.reviewed(review),
            changed=_changed(standing, review),
            listed=texts.decided(found.past.first),
            last=texts.decided(found.past.last),
            needs=_needs(standing, found.opened.catalogue),
            signs=needs.signs_of(standing),
            identifiers=found.linked[:NAMED],
            more_identifiers=len(found.linked) > NAMED,
            counted=texts.counted(found.used, young=found.is_young),
            parts=_parts(found),
            used=[_right(found, one) for one in found.of(found.used.in_year & standing.in_force)],
            rest=found.opened.catalogue.by_section(standing.in_force - found.used.in_year),
            unused=_unused(found),
            decided=_decided(found),
            earlier=_earlier(found),
        )


def _place(access: CompanyAccess, standing: Standing) -> list[str | None]:
    return [access.company.business_id, standing.public_id]


def _kind(access: CompanyAccess, standing: Standing) -> str:
    """Say what kind of integration it is, and whether data moves on the company's package."""
    one = standing.integration
    said = [one.get_kind_display(), rights.carries(one, access.company.package)] if one else []
    return " · ".join(filter(None, said))


def _needs(standing: Standing, catalogue: Catalogue) -> str:
    """Say what it needs, what it has beyond that, and how we know."""
    if standing.limited:
        return f"{rights.SIGNS[Sign.LIMITED].text}."
    if not standing.needed:
        return str(texts.NEEDS_UNKNOWN)
    beyond = needs.more_than_needed(standing, catalogue)
    source = rights.source_of(standing.integration)
    return " ".join(filter(None, [rights.needs(standing), beyond, source]))


def _parts(found: Found) -> list[Part]:
    """Return the sections of which anything is allowed."""
    in_force, usable, used = found.standing.in_force, found.standing.usable, found.used
    return [
        Part(
            name=part.section.name,
            allowed=rights.allowed_of(len(in_force & positions), len(usable & positions)),
            year=texts.number(len(used.in_year & in_force & positions)),
            quarter=texts.number(len(used.in_quarter & in_force & positions)),
        )
        for part in found.opened.catalogue.sections
        if in_force & (positions := part.positions)
    ]


def _unused(found: Found) -> str:
    if found.used.since is None:
        return ""
    unused = found.standing.in_force - found.used.in_year
    new = unused & found.past.allowed_since(timezone.now() - LATELY)
    said = texts.unused(len(unused - new), found.used.since, young=found.is_young)
    return " ".join(filter(None, [said, texts.new(len(new))]))


def _decided(found: Found) -> list[tuple[str, str]]:
    """Return by whose decisions the present rights are there, the newest first, and which each is."""
    by: dict[Decision | None, list[int]] = {}
    for position in found.standing.in_force:
        by.setdefault(found.past.of_each.get(position), []).append(position)
    newest = sorted(by, key=lambda one: one.at if one else LONG_AGO, reverse=True)
    return [(texts.decided(one), texts.named(found.of(ResourceSet(by[one])))) for one in newest]


def _earlier(found: Found) -> list[Right]:
    past, in_force = found.past, found.standing.in_force
    taken_back = past.taken_back(in_force)
    otherwise = found.used.in_year - in_force - taken_back
    return [
        *(
            replace(_right(found, one), blocked=texts.decided(past.of_each[one.position]))
            for one in found.of(taken_back)
        ),
        *(_right(found, one) for one in found.of(otherwise)),
    ]


def _right(found: Found, resource: InterfaceResource) -> Right:
    use = found.used.by_position.get(resource.position)
    return Right(
        name=resource.name,
        code=resource.code,
        year=texts.number(use.year if use else 0),
        quarter=texts.number(use.quarter if use else 0),
        last=texts.day_of(timezone.localdate(use.last)) if use else "",
    )
