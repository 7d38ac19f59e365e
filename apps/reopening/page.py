"""What the pages of Review and reopen show: what waits, and what is asked before an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from apps.companies.access import CompanyAccess
from apps.core.lists import written
from apps.core.paging import LONG, Key, Page
from apps.reopening import texts
from apps.reopening.reads import Answered, Review, Subject
from apps.reopening.rules import Answer, Linked, Used
from apps.resources.catalogue import Catalogue
from apps.resources.models import InterfaceResource
from apps.resources.rules import Board, ResourceSet, Standing
from apps.rights.asides import address
from apps.rights.rules import GENERAL
from apps.rights.texts import SignLook, name_of, sign_of, traffic

PAGE_SIZE = 20
ADDRESSES = {Answer.REOPEN: "reopen_rights", Answer.LEAVE: "leave_blocked"}


@dataclass(frozen=True)
class Sent:
    """An answer that was not taken: for which listing, the codes chosen, and what is wrong."""

    key: str
    chosen: Collection[str]
    mistake: str


@dataclass(frozen=True)
class Tick:
    """A resource that can be chosen, and how often it was used; ``invalid`` marks a mistake."""

    name: str
    code: str
    used: str
    ticked: bool
    invalid: bool


@dataclass(frozen=True)
class Section:
    """What waits of one section; ``whole`` is all of it in hexadecimal, ``all`` its tick."""

    name: str
    all: str
    whole: str
    ticks: list[Tick]


@dataclass(frozen=True)
class Panel:
    """What waits for one listing; ``key`` names it, ``whole`` is all of it in hexadecimal.

    ``used`` is what of it was used before, ``only_used`` are the words that reopen that; both are
    empty where nothing was.
    """

    key: str
    public_id: str
    name: str
    url: str
    look: SignLook | None
    blocked: list[str]
    identifiers: str
    changed: bool
    usage: str
    used: str
    only_used: str
    count: int
    whole: str
    sections: list[Section]
    mistake: str
    unfolded: bool

    @property
    def written(self) -> str:
        """It and all that waits for it, as the form of several carries them."""
        return f"{self.key}:{self.whole}"

    @property
    def written_used(self) -> str:
        """It and what of that was used, in the same way."""
        return f"{self.key}:{self.used}"


@dataclass(frozen=True)
class ReviewPage:
    """Some of the listings that something waits for; ``after`` is the key of the next page.

    ``all`` are the words of the tick for all of them, ``counting`` those of the button that script
    gives the number of ticks; both are empty when there is but one. ``only_used`` are the words
    that reopen what was used of those ticked, empty where nothing was. ``mistake`` is what was
    wrong with the ticks that were sent.
    """

    traffic: str
    panels: list[Panel]
    after: str
    all: str
    counting: str
    only_used: str
    mistake: str = ""

    @classmethod
    def of(
        cls,
        access: CompanyAccess,
        catalogue: Catalogue,
        board: Board,
        shown: Page[Review],
        linked: Mapping[Subject, Linked],
        used: Mapping[Subject, Mapping[int, Used]],
        sent: Sent | None,
        *,
        alone: bool,
    ) -> ReviewPage:
        """Lay out some listings; one that waits ``alone`` is unfolded, like one that was sent."""
        panels = []
        for review in shown.rows:
            mine = sent if sent and sent.key == review.key else None
            links, calls = linked[review.standing.subject], used[review.standing.subject]
            panel = _panel(access, review, links, calls, catalogue, mine, alone=alone)
            panels.append(panel)
        count = len(panels) if len(panels) > 1 else 0
        ticks = (texts.all_of(count), texts.reopen(0)) if count else ("", "")
        only_used = _only_used(shown.rows) if count and any(one.used for one in panels) else ""
        return cls(traffic(board), panels, written(shown.next_key), *ticks, only_used)


@dataclass(frozen=True)
class Question:
    """What is asked before some of what waits is answered, and exactly which resources it is."""

    heading: str
    consequence: str
    button: str
    address: str
    key: str
    public_id: str
    whole: str
    sections: list[tuple[str, list[InterfaceResource]]]
    unfolded: bool

    @classmethod
    def of(
        cls, answer: Answer, standing: Standing, resources: ResourceSet, catalogue: Catalogue
    ) -> Question:
        """Ask whether to answer some of what waits so."""
        count, name = len(resources), name_of(standing.integration)
        return cls(
            heading=str(texts.HEADINGS[answer] % {"name": name}),
            consequence=str(texts.CONSEQUENCES[answer] % {"count": count}),
            button=str(texts.BUTTONS[answer]),
            address=ADDRESSES[answer],
            key=standing.public_id or GENERAL,
            public_id=standing.public_id or "",
            whole=resources.hex,
            sections=catalogue.by_section(resources),
            unfolded=count <= LONG,
        )


@dataclass(frozen=True)
class SeveralQuestion:
    """What is asked before several listings are reopened: each by name, with how much it gets."""

    heading: str
    consequence: str
    button: str
    listings: list[tuple[str, int]]
    written: list[str]

    @classmethod
    def of(cls, wanted: Answered) -> SeveralQuestion:
        """Ask whether to reopen some resources of each."""
        count = sum(len(asked) for asked in wanted.values())
        return cls(
            heading=texts.asked(len(wanted)),
            consequence=str(texts.CONSEQUENCES[Answer.REOPEN] % {"count": count}),
            button=texts.reopen(len(wanted)),
            listings=[(name_of(one.integration), len(asked)) for one, asked in wanted.items()],
            written=[f"{one.public_id or GENERAL}:{asked.hex}" for one, asked in wanted.items()],
        )


def part(waiting: Sequence[Review], *, after: Key | None, at: str) -> Page[Review]:
    """Return the part of what waits behind a key, else that with the listing named ``at``."""
    keys = [review.key for review in waiting]
    first = keys.index(at) // PAGE_SIZE * PAGE_SIZE if at in keys else 0
    if after is not None:
        first = sum(review.place <= tuple(after) for review in waiting)
    rows, more = waiting[first : first + PAGE_SIZE], waiting[first + PAGE_SIZE :]
    return Page(rows, rows[-1].place if more else None)


def _only_used(shown: Sequence[Review]) -> str:
    return texts.only_used_of_several([one.known for one in shown], shown[0].counted_since)


def _panel(
    access: CompanyAccess,
    review: Review,
    linked: Linked,
    used: Mapping[int, Used],
    catalogue: Catalogue,
    sent: Sent | None,
    *,
    alone: bool,
) -> Panel:
    integration, last = review.integration, max((one.last for one in used.values()), default=None)
    return Panel(
        key=review.key,
        public_id=review.public_id,
        name=name_of(integration),
        url=address(access, "rights", review.public_id or None),
        look=sign_of(review.standing),
        blocked=texts.blocked(review.blocks),
        identifiers=texts.identifiers(integration, linked, access.company.package),
        changed=bool(linked.changes) or bool(integration and linked.lapsed),
        usage=texts.used(review.known, review.counted_since, last, len(used)),
        used=ResourceSet(used).hex if used else "",
        only_used=texts.only_used(review.known, review.counted_since, len(used)),
        count=len(review.items),
        whole=review.items.hex,
        sections=_ticks(catalogue.by_section(review.items), used, sent),
        mistake=sent.mistake if sent else "",
        unfolded=alone or sent is not None,
    )


def _ticks(
    sections: list[tuple[str, list[InterfaceResource]]],
    used: Mapping[int, Used],
    sent: Sent | None,
) -> list[Section]:
    chosen = sent.chosen if sent else ()
    wrong = sections[0][1][0] if sent and sent.mistake else None
    return [
        Section(
            name,
            texts.all_of_section(name) if len(resources) > 1 else "",
            ResourceSet(one.position for one in resources).hex,
            [
                Tick(
                    one.name,
                    one.code,
                    texts.calls(used.get(one.position)),
                    one.code in chosen,
                    one is wrong,
                )
                for one in resources
            ],
        )
        for name, resources in sections
    ]
