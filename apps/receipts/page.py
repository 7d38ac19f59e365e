"""What the yearly review shows: the integrations, and of one what it may do and what it used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from apps.companies.access import CompanyAccess
from apps.identifiers.models import ApiIdentifier
from apps.receipts import texts
from apps.receipts.reads import NAMED
from apps.receipts.rules import Past, Used, is_due
from apps.resources.catalogue import Catalogue
from apps.resources.models import InterfaceResource
from apps.resources.rules import NOTHING, Review, Sign, Standing
from apps.rights import needs
from apps.rights import texts as rights
from apps.rights.reads import Opened
from apps.rights.texts import SignLook


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
    """Return how many integrations in the list nobody has reviewed in a year."""
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
    """One resource that is or was allowed: by whom and since when, and how it was used."""

    name: str
    code: str
    sensitive: str
    decided: str
    year: str
    quarter: str
    last: str


@dataclass(frozen=True)
class Part:
    """A section of the catalogue, and what of it is allowed."""

    code: str
    name: str
    count: str
    rights: Sequence[Right]


@dataclass(frozen=True)
class InUse:
    """How much of what is allowed was used, and what was not; ``counted`` says what nobody can know."""

    counted: str
    said: str
    unused: str
    resources: Sequence[tuple[str, Sequence[InterfaceResource]]]


@dataclass(frozen=True)
class Found:
    """What was found about one integration in the list."""

    opened: Opened
    standing: Standing
    past: Past
    used: Used
    linked: Sequence[ApiIdentifier]
    today: date


@dataclass(frozen=True)
class ReceiptPage:
    """What an integration may do and what it used, as of ``today``.

    ``earlier`` was taken back, or used without a right of its own; ``seen`` is sent along when all
    is found still right.
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
    in_use: InUse
    parts: Sequence[Part]
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
            in_use=_in_use(found),
            parts=_parts(found),
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


def _in_use(found: Found) -> InUse:
    """Tell what was used; where no call was counted nobody knows, so nothing is called unused."""
    used, in_force, young = found.used, found.standing.in_force, found.used.is_young(found.today)
    year, quarter = used.in_year & in_force, used.in_quarter & in_force
    unused = in_force - year if used.since else NOTHING
    said = texts.used_of(len(in_force), year=len(year), quarter=len(quarter))
    return InUse(
        counted=texts.counted(used, young=young),
        said=said if used.since and in_force else "",
        unused=texts.unused(len(unused), used.since, young=young) if used.since else "",
        resources=found.opened.catalogue.by_section(unused),
    )


def _parts(found: Found) -> list[Part]:
    standing = found.standing
    return [
        Part(
            code=part.section.code,
            name=part.section.name,
            count=rights.allowed_of(
                len(standing.in_force & part.positions), len(standing.usable & part.positions)
            ),
            rights=[_right(found, one) for one in allowed],
        )
        for part in found.opened.catalogue.sections
        if (allowed := found.opened.catalogue.of(standing.in_force & part.positions))
    ]


def _earlier(found: Found) -> list[Right]:
    taken_back = found.past.taken_back(found.standing.in_force)
    elsewhere = found.used.in_year - found.standing.in_force - taken_back
    catalogue = found.opened.catalogue
    return [
        *(_right(found, one) for one in catalogue.of(taken_back)),
        *(replace(_right(found, one), decided="") for one in catalogue.of(elsewhere)),
    ]


def _right(found: Found, resource: InterfaceResource) -> Right:
    use = found.used.by_position.get(resource.position)
    return Right(
        name=resource.name,
        code=resource.code,
        sensitive=resource.get_sensitivity_display() if resource.sensitive else "",
        decided=texts.decided(found.past.of_each.get(resource.position)),
        year=texts.number(use.year) if use else "",
        quarter=texts.number(use.quarter) if use else "",
        last=texts.day_of(timezone.localdate(use.last)) if use else "",
    )
