"""What opening the rights page reads of a company, in one statement."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, DateTimeField, QuerySet, Subquery
from django.utils import timezone

from apps.companies.access import CompanyAccess
from apps.companies.models import Company
from apps.core.statements import Statement, given
from apps.identifiers.reads import working_identifiers
from apps.resources.board import Board
from apps.resources.catalog.snapshot import Catalogue
from apps.resources.models import CatalogueVersion


def _opening() -> QuerySet[Company, Any]:
    company, now = given("company", BigIntegerField()), given("now", DateTimeField())
    version = Subquery(CatalogueVersion.current().values("version"))
    rights = ("listings__integration", "listings__allowed")
    return Company.objects.filter(pk=company).values_list(
        *rights, version, working_identifiers(company, now)
    )


OPENING = Statement(_opening)


def opened(access: CompanyAccess) -> tuple[Board, int]:
    """Return the company's rights, and how many API identifiers work there now.

    One more statement for a catalogue that was not read yet, and for integrations not yet kept.
    """
    rows = OPENING.ask(company=access.company.pk, now=timezone.now())
    _integration, _allowed, version, working_now = rows[0]
    listed = {integration: allowed for integration, allowed, *_ in rows if allowed is not None}
    return Board.holding(listed, Catalogue.of_version(version)), working_now
