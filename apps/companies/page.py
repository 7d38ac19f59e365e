"""What the list of one's companies shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import ResolverMatch, reverse
from django.utils.functional import Promise

from apps.companies.models import Membership
from apps.companies.rules import Role, capabilities
from apps.companies.texts import ROLES
from apps.core.lists import written
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

    ``legend`` says what the short names of the roles in it mean.
    """

    rows: list[CompanyRow]
    legend: list[Promise]
    after: str

    @classmethod
    def of(
        cls, found: Page[Membership], *, last: str, here: ResolverMatch | None = None
    ) -> CompaniesPage:
        """Lay out some memberships; ``last`` is the business id of the company used last.

        They lead to the page ``here``, where the person may open it there too.
        """
        rows = [_row(membership, last, here) for membership in found.rows]
        held = {role for membership in found.rows for role in membership.grants.roles}
        legend = [ROLES[role] for role in Role if role in held]
        return cls(rows, legend, written(found.next_key))


def _row(membership: Membership, last: str, here: ResolverMatch | None) -> CompanyRow:
    company = membership.company
    is_open = here and capabilities(membership.grants).issuperset(here.func.capabilities)  # type: ignore[attr-defined]
    page = here.url_name if here and is_open else "company_home"
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
