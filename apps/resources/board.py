"""All listings of one company: what every decision and every count reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import BigIntegerField, QuerySet, Subquery
from django.utils.functional import cached_property

from apps.companies.access import CompanyAccess
from apps.companies.rules import Capability
from apps.core.statements import Statement, given
from apps.resources.catalog.snapshot import Catalogue
from apps.resources.models import CatalogueVersion, Integration, Listing
from apps.resources.rules import (
    NOTHING,
    ResourceSet,
    Sign,
    Verdict,
    must_have,
    right_in_force,
    warning_sign,
)


def _rights() -> QuerySet[Listing, tuple[int | None, ResourceSet]]:
    found = Listing.objects.of_company(given("company", BigIntegerField()))
    return found.values_list("integration_id", "allowed")  # type: ignore[return-value]


RIGHTS = Statement(_rights)


def _locked() -> QuerySet[Listing, Any]:
    version = Subquery(CatalogueVersion.current().values("version"))
    found = Listing.objects.of_company(given("company", BigIntegerField()))
    rights = found.values_list("integration_id", "allowed", version)
    return rights.select_for_update(no_key=True)


LOCKED_RIGHTS = Statement(_locked)


@dataclass(frozen=True)
class Standing:
    """One integration's rights in one company; without integration, the general access rights."""

    integration: Integration | None
    stored: ResourceSet | None
    live: ResourceSet

    @cached_property
    def usable(self) -> ResourceSet:
        """What can be allowed: available to it and not retired."""
        return self.live & self.integration.available if self.integration else self.live

    @property
    def subject(self) -> int | None:
        """The number of its integration, as audit events name it; none for the general rights."""
        return self.integration.pk if self.integration else None

    @property
    def allowed(self) -> ResourceSet:
        """The stored set, whatever it counts for."""
        return NOTHING if self.stored is None else self.stored

    @cached_property
    def in_force(self) -> ResourceSet:
        """What is allowed and counts."""
        return self.allowed & self.usable

    @property
    def listed(self) -> bool:
        """Whether it is judged by its own rights."""
        return self.stored is not None

    @property
    def mark(self) -> str:
        """What a page carries, to notice later that the rights were changed meanwhile."""
        return f"{'listed' if self.listed else 'unlisted'}-{self.in_force.hex}"

    @cached_property
    def must_have(self) -> ResourceSet:
        """What it cannot do without; nothing for the general rights."""
        if self.integration is None:
            return NOTHING
        return must_have(
            usable=self.usable,
            needed=self.integration.needed,
            limited=self.integration.limited,
        )

    @property
    def lacking(self) -> ResourceSet:
        """What of that is blocked."""
        return self.must_have - self.in_force

    @cached_property
    def sign(self) -> Sign | None:
        """The warning beside its name; none for the general rights and before it is listed."""
        if self.integration is None or not self.listed:
            return None
        return warning_sign(
            usable=self.usable,
            in_force=self.in_force,
            needed=self.integration.needed,
            limited=self.integration.limited,
        )


class Board:
    """The standings of a company: the general rights, and every listed integration by name."""

    def __init__(
        self,
        allowed: Mapping[int | None, ResourceSet],
        integrations: Iterable[Integration],
        catalogue: Catalogue,
    ) -> None:
        self.catalogue = catalogue
        self._allowed = allowed
        self._integrations = list(integrations)

    @classmethod
    def load(cls, access: CompanyAccess, catalogue: Catalogue) -> Board:
        """Read the company's listings: one more statement for integrations not yet kept."""
        return cls.holding(dict(RIGHTS.ask(company=access.company.pk)), catalogue)

    @classmethod
    def locked(cls, access: CompanyAccess) -> Board:
        """Lock the listings of a company that is locked, and read all.

        The company row comes first in every write of rights: otherwise a listing made during a
        block-all would stay allowed. Raises PermissionDenied unless ``access`` holds the
        company's lock and may edit rights.
        """
        access.require(Capability.EDIT_RIGHTS)
        rows = LOCKED_RIGHTS.ask(company=access.company.pk)
        allowed = {integration: allowed for integration, allowed, _version in rows}
        catalogue = Catalogue.of_version(rows[0][-1]) if rows else Catalogue.load()
        return cls.holding(allowed, catalogue)

    @classmethod
    def holding(cls, allowed: Mapping[int | None, ResourceSet], catalogue: Catalogue) -> Board:
        """Return the board of listings that were read, by integration."""
        return cls(allowed, catalogue.integrations(allowed), catalogue)

    def having(self, integration: Integration | None, allowed: ResourceSet) -> Board:
        """Return the board with the rights of one integration set, listed if it was not."""
        key = integration.pk if integration else None
        added = [integration] if integration and key not in self._allowed else []
        known = [*self._integrations, *added]
        return Board({**self._allowed, key: allowed}, known, self.catalogue)

    def of(self, integration: Integration | None) -> Standing:
        """Return the standing of an integration, listed or not, or of the general rights."""
        stored = self._allowed.get(integration.pk if integration else None)
        return Standing(integration, stored, self.catalogue.live)

    @cached_property
    def general(self) -> Standing:
        """The general access rights."""
        return self.of(None)

    @cached_property
    def listed(self) -> list[Standing]:
        """The listed integrations, by name."""
        by_name = sorted(self._integrations, key=lambda one: (one.name_folded, one.pk))
        return [self.of(integration) for integration in by_name]

    def integration(self, public_id: str) -> Integration | None:
        """Return the listed integration with a public id, if there is one."""
        return next((one for one in self._integrations if one.public_id == public_id), None)

    def verdict(self, integration: Integration | None, position: int) -> Verdict:
        """Decide one resource: what applies to the integration now, by own or general rights."""
        standing = self.of(integration)
        return right_in_force(
            available=position in standing.usable,
            listed=standing.listed and integration is not None,
            specific=position in standing.allowed,
            general=position in self.general.allowed,
        )

    @property
    def all(self) -> list[Standing]:
        """The general rights, then the listed integrations."""
        return [self.general, *self.listed]

    @cached_property
    def tally(self) -> dict[int, tuple[int, int]]:
        """For each position, how many listed integrations may use it, of how many that could."""
        allowed = Counter(chain.from_iterable(standing.in_force for standing in self.listed))
        able = Counter(chain.from_iterable(standing.usable for standing in self.listed))
        return {position: (allowed[position], able[position]) for position in self.catalogue.live}

    @property
    def mark(self) -> str:
        """All listings with what they allow, as short text."""
        return " ".join([f"{pk}:{allowed.hex}" for pk, allowed in self._allowed.items()])

    @cached_property
    def open(self) -> list[Standing]:
        """The listed integrations with something in force."""
        return [standing for standing in self.listed if standing.in_force]

    @property
    def traffic_is_open(self) -> bool:
        """Whether anything at all is in force; there is no other switch (docs/decisions/003)."""
        return bool(self.general.in_force or self.open)


@dataclass(frozen=True)
class Target:
    """Whose rights an address means: a public id, or none for the general access rights.

    ``found`` holds the public ids of custom integrations that this session has the key of.
    """

    public_id: str | None
    found: Collection[str] = ()

    def pick(self, access: CompanyAccess, board: Board) -> Integration | None:
        """Return the integration; a listed one costs no statement.

        Raises Integration.DoesNotExist for what this person may not know of.
        """
        if self.public_id is None:
            return None
        if listed := board.integration(self.public_id):
            return listed
        return Integration.objects.visible_to(access, self.found).get(public_id=self.public_id)
