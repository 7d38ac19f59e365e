"""What needs attention in one company, and the way to it: for the company home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise

from apps.clients import texts
from apps.clients.facts import Mark, carries_nothing, is_idle, needing
from apps.clients.identifiers import count, without_owner
from apps.clients.rules import Need
from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.companies.rules import SOON, Capability, includes_interface
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.reads import MOST_ENDING, ending
from apps.identifiers.texts import soon
from apps.resources.board import Board, Standing
from apps.rights.texts import name_of
from apps.rights.texts import traffic as said_traffic


@dataclass(frozen=True)
class Todo:
    """Something that needs attention, and the page where it can be looked at."""

    mark: Mark
    page: str
    label: str | Promise
    public_id: str = ""


def todo(access: CompanyAccess, board: Board | None) -> list[Todo]:
    """Return what needs attention, as far as the person may see it; ``board`` are the rights.

    One statement for identifiers, and one for members where the person may see them.
    """
    members = _members(access) if Capability.VIEW_USERS in access.capabilities else []
    leaving = [member for member in members if member.leaves]
    return [
        *(_of_rights(access, board) if board else []),
        *_without_owner(access, members),
        *_of_identifiers(access, {member.user.pk for member in leaving}),
        *(_of_member(member) for member in leaving),
    ]


def traffic(access: CompanyAccess, board: Board) -> str:
    """Say whether API traffic is open, and when the package carries none of what is."""
    live = [standing for standing in board.all if standing.in_force]
    if live and not includes_interface(access.company.package) and all(map(is_idle, live)):
        return texts.open_in_vain(len(board.open), access.company.package)
    return said_traffic(len(board.open), is_open=board.traffic_is_open)


def _of_rights(access: CompanyAccess, board: Board) -> Iterator[Todo]:
    closed = needing(board, Need.CLOSED)
    if not board.traffic_is_open and any(standing.listed for standing in board.all):
        page, closed = "reopen" if access.may_edit_rights else "rights", []
        yield _to(page, Mark(Need.CLOSED, texts.traffic_closed()))
    for standing in closed:
        text = texts.all_blocked(name_of(standing.integration))
        yield _of_standing(standing, Mark(Need.CLOSED, text))
    for standing in needing(board, Need.LACKING):
        missing, wanted = len(standing.lacking), len(standing.must_have)
        text = texts.lacks(name_of(standing.integration), missing, wanted)
        yield _of_standing(standing, Mark(Need.LACKING, text))
    for standing in needing(board, Need.GENERAL):
        yield _of_standing(standing, Mark(Need.GENERAL, texts.general_in_use()))
    if carries_nothing(access.company, board):
        mark = Mark(Need.PACKAGE, texts.no_interface(access.company.package))
        yield _to("rights", mark)


def _of_standing(standing: Standing, mark: Mark) -> Todo:
    integration = standing.integration
    if integration is None:
        return _to("rights", mark)
    return Todo(mark, "integration_rights", texts.see(integration.name), integration.public_id)


def _of_identifiers(access: CompanyAccess, leaving: set[int]) -> Iterator[Todo]:
    now = timezone.now()
    for one in ending(access):
        identifier = one.identifier
        if one.ends_with_membership and identifier.owner_id in leaving:
            continue
        days = soon(now, one.end) if one.end else ""
        text = texts.identifier_ends(identifier.user_id, identifier.owner.name, days)
        yield _to("api_identifiers", Mark(Need.ENDING, text))


def _without_owner(access: CompanyAccess, members: list[Any]) -> Iterator[Todo]:
    missed = members[0].without_owner if members else 0
    if missed and access.oversees_identifiers:
        yield _to("api_identifiers", Mark(Need.OWNER, texts.without_owner(missed)))


def _of_member(member: Any) -> Todo:
    text = texts.member_leaves(member.user.name, member.valid_until, member.identifiers)
    return _to("users", Mark(Need.OWNER, text))


def _to(page: str, mark: Mark) -> Todo:
    return Todo(mark, page, texts.PAGES[page])


def _members(access: CompanyAccess) -> list[Any]:
    """Return the members who leave soon, and the person's own membership.

    That one is always there, so that it can bring along how many identifiers miss an owner.
    """
    company, until = access.company, timezone.now() + SOON
    at_work = ApiIdentifier.objects.at_work(company).filter(owner=OuterRef("user"))
    per_owner = at_work.order_by().values("owner").annotate(count=Count("pk")).values("count")
    members, former = without_owner(company=company)
    found = Membership.objects.filter(company=company).in_force()
    return list(
        found.filter(Q(valid_until__lte=until) | Q(user=access.user))
        .annotate(
            leaves=ExpressionWrapper(Q(valid_until__lte=until), BooleanField()),
            identifiers=Coalesce(Subquery(per_owner), 0),
            without_owner=count(members) + count(former),
        )
        .select_related("user")
        .order_by("valid_until", "pk")[:MOST_ENDING]
    )
