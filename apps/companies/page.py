"""What the list of one's companies shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import ResolverMatch, reverse
from django.utils.functional import Promise

from apps.companies.models import Membership
from apps.companies.reads import ORDERS
from apps.companies.rules import Capability, Role, capabilities
from apps.companies.texts import ROLES, SORTS, found_count
from apps.core.lists import Head, written
from apps.core.paging import Page


@dataclass(frozen=True)
class CompanyRow:
    """One company of the person, and what they hold there."""

    name: str
    address: str
    business_id: str
    package: str
    roles: str
    period: str
    ended: bool
    is_last: bool


@dataclass(frozen=True)
class CompaniesPage:
    """One page of them; ``after`` is the key of the next, empty on the last.

    ``legend`` says what the short names of the roles in it mean, ``count`` how many there are;
    ``here`` is the address of the page that one came from.
    """

    rows: list[CompanyRow]
    legend: list[Promise]
    heads: dict[str, Head]
    count: str
    here: str
    after: str

    @classmethod
    def of(
        cls, found: Page[Membership], *, last: str = "", here: ResolverMatch | None, sort: str = ""
    ) -> CompaniesPage:
        """Lay out some memberships; ``last`` is the business id of the company used last.

        They lead to the page ``here``, where the person may open it there too.
        """
        held = {role for membership in found.rows for role in membership.grants.roles}
        return cls(
            rows=[_row(membership, last, here) for membership in found.rows],
            legend=[ROLES[role] for role in Role if role in held],
            heads=Head.all(ORDERS, SORTS, sort),
            count=found_count(len(found.rows), more=found.next_key is not None),
            here=reverse(str(here.url_name), kwargs=here.kwargs) if here else "",
            after=written(found.next_key),
        )


def _row(membership: Membership, last: str, here: ResolverMatch | None) -> CompanyRow:
    company = membership.company
    page = here.url_name if here and _opens(membership, here) else "company_home"
    return CompanyRow(
        name=company.name,
        address=reverse(str(page), args=[company.business_id]),
        business_id=company.business_id,
        package=company.get_package_display(),
        roles=membership.role_codes or "–",
        period=membership.period,
        ended=membership.ended,
        is_last=company.business_id == last,
    )


def _opens(membership: Membership, page: ResolverMatch) -> bool:
    needed: Sequence[Capability] = page.func.capabilities  # type: ignore[attr-defined]
    return not membership.ended and capabilities(membership.grants).issuperset(needed)
