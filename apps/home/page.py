"""What the company home shows: what needs attention, with the way to it; and the help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode

from apps.calls.overview import Seen, silences_of
from apps.calls.rules import Answered, since, unused
from apps.clients import texts as clients
from apps.clients.page import Mark
from apps.clients.rules import Need, needing
from apps.companies.access import CompanyAccess
from apps.companies.models import Company
from apps.companies.rules import Capability, includes_interface
from apps.companies.texts import ROLES
from apps.home import texts
from apps.identifiers.reads import InCompany
from apps.identifiers.texts import soon
from apps.receipts.page import due_in
from apps.receipts.texts import due
from apps.resources.rules import Board, Sign, Standing
from apps.rights.reads import Opened
from apps.rights.texts import PACKAGE_ARTICLE, name_of
from apps.rights.texts import traffic as said_traffic
from apps.usage.rules import log_is_long_enough
from apps.usage.texts import silent

ONE = timedelta(days=1)


@dataclass(frozen=True)
class Todo:
    """Something that needs attention, and the page where it can be looked at."""

    mark: Mark
    address: str
    label: str


@dataclass(frozen=True)
class Step:
    """One step before software reaches the company, and the page where it is done, if there is one."""

    said: Promise
    is_done: bool
    address: str = ""
    label: str = ""


@dataclass(frozen=True)
class HomePage:
    """One company as its home shows it; ``traffic`` is empty where rights may not be seen.

    ``article`` is about a package without API traffic, where nothing else says so. ``steps`` are
    there until software can reach it; ``due`` says to those who may answer how many integrations
    are due for review.
    """

    name: str
    business_id: str
    package: str
    office: str
    traffic: str
    article: str
    steps: list[Step]
    todo: list[Todo]
    reviewable: bool
    due: str

    @classmethod
    def of(
        cls,
        access: CompanyAccess,
        rights: Opened | None,
        seen: Seen | None,
        members: Sequence[Any],
        ending: Iterable[InCompany],
    ) -> HomePage:
        """Lay out what was found, as far as the person may see it."""
        company, board = access.company, rights.board if rights else None
        leaving = [member for member in members if member.leaves]
        return cls(
            name=company.name,
            business_id=company.business_id,
            package=company.get_package_display(),
            office=str(company.office or ""),
            traffic=_traffic(company, board) if board else "",
            article=_article(company, board) if board else "",
            steps=_steps(company, rights) if rights and _is_beginning(rights) else [],
            todo=[
                *(_of_calls(company, seen) if seen else []),
                *(_of_rights(access, board) if board else []),
                *_without_owner(access, members),
                *_of_identifiers(company, ending, {member.user.pk for member in leaving}),
                *(_of_member(company, member) for member in leaving),
                *(_of_unused(company, seen) if seen else []),
            ],
            reviewable=bool(board and board.listed),
            due=due(due_in(rights)) if rights and access.may_edit_rights else "",
        )


def _is_beginning(rights: Opened) -> bool:
    """Tell whether nothing can reach the company because it was never set up, not by decision."""
    board = rights.board
    is_ready = rights.working and board.traffic_is_open
    decided = any(one.sign is Sign.CLOSED or one.left for one in board.listed)
    return not (is_ready or decided or board.offered or rights.used)


def _steps(company: Company, rights: Opened) -> list[Step]:
    contact, create, allow = texts.STEPS
    return [
        Step(contact, is_done=False),  # nobody here can know
        _step(company, create, "api_identifiers", is_done=rights.working > 0),
        _step(company, allow, "rights", is_done=rights.board.traffic_is_open),
    ]


def _step(company: Company, said: Promise, page: str, *, is_done: bool) -> Step:
    address = reverse(page, args=[company.business_id])
    return Step(said, is_done, address, str(texts.PAGES[page]))


def _traffic(company: Company, board: Board) -> str:
    """Say whether API traffic is open, and when the package carries none of what is."""
    live = [standing for standing in board.all if standing.in_force]
    in_vain = needing(board, company.package)[Need.PACKAGE]
    if live and len(in_vain) == len(live):
        return texts.open_in_vain(len(board.open), company.package)
    return said_traffic(board)


def _article(company: Company, board: Board) -> str:
    """Return the article about the package, where nothing that is allowed has said what it lacks."""
    is_said = includes_interface(company.package) or needing(board, company.package)[Need.PACKAGE]
    return "" if is_said else PACKAGE_ARTICLE


APART = 3
"""So many integrations are named that were refused; more are told of together."""


def _of_calls(company: Company, seen: Seen) -> Iterator[Todo]:
    """Say which integrations were refused since yesterday, and which stopped calling."""
    refused: Counter[int] = Counter()
    for use in seen.uses:
        if use.verdict and use.lately:
            refused[use.integration] += use.lately
    if len(refused) > APART:
        said = texts.refused_many(refused.total(), len(refused))
        yield _to_calls(company, seen, Need.REFUSED, said)
    else:
        for pk, count in refused.most_common():
            said = texts.refused(seen.name(pk), count)
            yield _to_calls(company, seen, Need.REFUSED, said, pk)
    for pk, last, usual in silences_of(seen):
        yield _to_calls(company, seen, Need.SILENT, silent(seen.name(pk), last, usual), pk)


def _to_calls(
    company: Company, seen: Seen, need: Need, said: str, integration: int | None = None
) -> Todo:
    """Lead to the calls, those that were refused since yesterday if it is about them."""
    one, wanted = seen.known.get(integration or 0), {}
    if need is Need.REFUSED:
        since_yesterday = {"since": str(seen.today - ONE), "until": str(seen.today)}
        wanted = {**since_yesterday, "verdict": Answered.REFUSED.value}
    if one:
        wanted["integration"] = one.public_id
    to = _to(company, "calls", need, said)
    return replace(to, address=f"{to.address}?{urlencode(wanted)}") if wanted else to


def _of_unused(company: Company, seen: Seen) -> Iterator[Todo]:
    """Say how many rights no call used; nothing before ninety days were counted."""
    if not log_is_long_enough(since(seen.uses), seen.today):
        return
    positions = {code: one.position for code, one in seen.catalogue.by_code.items()}
    found = unused(seen.board, seen.uses, positions, seen.today)
    if count := sum(map(len, found.values())):
        to = _to(company, "calls", Need.UNUSED, clients.unused(count))
        yield replace(to, address=f"{to.address}#h-unused")


def _of_rights(access: CompanyAccess, board: Board) -> Iterator[Todo]:
    company, found = access.company, needing(board, access.company.package)
    waiting = board.offered if access.may_edit_rights else 0
    if waiting:
        said = texts.waiting(waiting, is_open=board.traffic_is_open)
        yield _to(company, "reopen", Need.CLOSED, said)
    elif found[Need.CLOSED] and not board.traffic_is_open:
        yield _to(company, "rights", Need.CLOSED, str(texts.TRAFFIC_CLOSED))
    if board.traffic_is_open:
        for standing in found[Need.CLOSED]:
            said = texts.all_blocked(name_of(standing.integration))
            yield _of_standing(company, standing, Need.CLOSED, said)
    for standing in found[Need.LACKING]:
        missing, wanted = len(standing.lacking), len(standing.must_have)
        said = texts.lacks(name_of(standing.integration), missing, wanted)
        yield _of_standing(company, standing, Need.LACKING, said)
    if found[Need.GENERAL]:
        yield _to(company, "rights", Need.GENERAL, clients.general_in_use())
    if found[Need.PACKAGE]:
        yield _to(company, "rights", Need.PACKAGE, clients.no_interface(company.package))


def _of_standing(company: Company, standing: Standing, need: Need, said: str) -> Todo:
    if standing.integration is None:
        return _to(company, "rights", need, said)
    args = [company.business_id, standing.integration.public_id]
    address = reverse("integration_rights", args=args)
    return Todo(Mark.of(need, said), address, texts.see(standing.integration.name))


def _of_identifiers(
    company: Company, ending: Iterable[InCompany], leaving: set[int]
) -> Iterator[Todo]:
    for row in ending:
        identifier = row.identifier
        if not (row.ends_with_membership and identifier.owner_id in leaving):
            when = soon(timezone.now(), row.end) if row.end else ""
            said = texts.identifier_ends(identifier.user_id, identifier.owner.name, when)
            yield _to(company, "api_identifiers", Need.ENDING, said)


def _without_owner(access: CompanyAccess, members: Sequence[Any]) -> Iterator[Todo]:
    missed = members[0].without_owner if members else 0
    if missed and access.oversees_identifiers:
        said = clients.without_owner(missed)
        yield _to(access.company, "api_identifiers", Need.OWNER, said)


def _of_member(company: Company, member: Any) -> Todo:
    said = texts.member_leaves(member.user.name, member.valid_until, member.identifiers)
    return _to(company, "users", Need.OWNER, said)


def _to(company: Company, page: str, need: Need, said: str) -> Todo:
    address = reverse(page, args=[company.business_id])
    return Todo(Mark.of(need, said), address, str(texts.PAGES[page]))


NEEDED: Mapping[str, Capability] = {
    "rights": Capability.VIEW_RIGHTS,
    "reopen": Capability.EDIT_RIGHTS,
    "api_identifiers": Capability.ENTER,
    "users": Capability.VIEW_USERS,
    "history": Capability.VIEW_HISTORY,
    "check_call": Capability.ENTER,
}
"""What entering the pages needs that the help leads to."""


@dataclass(frozen=True)
class Answer:
    """A question of the help, its answer, and the pages to go on to, by address and name."""

    question: Promise
    text: Promise
    links: Sequence[tuple[str, Promise]]


@dataclass(frozen=True)
class HelpPage:
    """What people ask; in a company with links to its pages, those that the person may enter."""

    failing: list[Answer]
    before: list[Answer]
    words: Sequence[tuple[Promise, Promise]] = texts.WORDS
    roles: Sequence[tuple[Promise, Promise]] = tuple(
        (ROLES[role], does) for role, does in texts.DOES.items()
    )
    keys: Sequence[tuple[str | Promise, Promise]] = texts.KEYS
    articles: Sequence[tuple[str, Promise]] = texts.ARTICLES

    @classmethod
    def of(cls, access: CompanyAccess | None) -> HelpPage:
        """Lay out the help, in the company of an access if there is one."""
        return cls(
            failing=[_answer(access, question) for question in texts.FAILING],
            before=[_answer(access, question) for question in texts.BEFORE],
        )


def _answer(access: CompanyAccess | None, question: texts.Question) -> Answer:
    links = [
        (reverse(page, args=[access.company.business_id]), texts.PAGES[page])
        for page in question.pages
        if access and NEEDED[page] in access.capabilities
    ]
    return Answer(question.asked, question.answer, links)
