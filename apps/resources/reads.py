"""Every question about the catalogue, and about the rights of companies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Subquery

from apps.companies.access import CompanyAccess
from apps.companies.rules import Capability
from apps.resources.catalogue import Catalogue
from apps.resources.models import CatalogueVersion, Integration, InterfaceResource, Listing
from apps.resources.models import IntegrationQuerySet as Integrations
from apps.resources.rules import Board, Standing, Stored, Target

# Not by "order" alone: a retired resource keeps the number that it had in an older file.
IN_ORDER = ("group__section__order", "group__order", "order", "pk")


class _Kept:
    """The catalogue that this process read last, with its version."""

    last: tuple[UUID, Catalogue] | None = None


def catalogue() -> Catalogue:
    """Return the catalogue, which is the same for everybody: read anew when its version is new."""
    return catalogue_of(CatalogueVersion.objects.values_list("version", flat=True).first())


def catalogue_of(version: UUID | None) -> Catalogue:
    """Return the catalogue of a version that was read along with something else."""
    last = _Kept.last
    if last and last[0] == version:
        return last[1]
    read = read_catalogue()
    _Kept.last = (version, read) if version else None
    return read


def read_catalogue() -> Catalogue:
    """Read the catalogue from the database; it is the same for everybody."""
    return Catalogue(InterfaceResource.objects.select_related("group__section").order_by(*IN_ORDER))


def integrations(known: Catalogue, wanted: Iterable[int | None]) -> list[Integration]:
    """Return the integrations that have some ids: no statement for those read before.

    The ids come from what an access has read.
    """
    pks = [pk for pk in wanted if pk is not None]
    if unknown := [pk for pk in pks if pk not in known.integrations]:
        found = Integration.objects.filter(pk__in=unknown)
        known.integrations |= {one.pk: one for one in found}
    return [known.integrations[pk] for pk in pks if pk in known.integrations]


def finished(known: Catalogue) -> list[Integration]:
    """Return the finished integrations on offer, which are public: read once per version."""
    if known.finished is None:
        found = Integration.objects.filter(kind=Integration.Kind.FINISHED, retired=False)
        known.finished = list(found)
        known.integrations |= {one.pk: one for one in known.finished}
    return known.finished


def visible(access: CompanyAccess, found: Collection[str] = ()) -> Integrations:
    """Return the integrations that a person may know of in a company.

    ``found`` holds the public ids of custom ones that the session has the key of.
    """
    return Integration.objects.visible_to(access, found)


def with_access_key(key: str) -> Integration | None:
    """Return the custom integration with a whole key: whoever has that may know of it."""
    return Integration.objects.with_access_key(key)


def board(access: CompanyAccess, known: Catalogue) -> Board:
    """Return the rights of the company, to look at: ``locked_board`` is for changing them."""
    listings = Listing.objects.visible_to(access)
    return board_of(known, {one.integration_id: one.stored for one in listings})


def locked_board(access: CompanyAccess) -> tuple[Catalogue, Board]:
    """Lock the listings of a company that is locked, and return its rights and the catalogue.

    The company row comes first in every write of rights: otherwise a listing made during a
    block-all would stay allowed (docs/decisions/005). Raises PermissionDenied unless ``access``
    holds the company's lock and may edit rights.
    """
    access.require(Capability.EDIT_RIGHTS)
    version = Subquery(CatalogueVersion.objects.values("version")[:1])
    mine = Listing.objects.visible_to(access).select_for_update(no_key=True)
    rows: list[Any] = list(mine.annotate(version=version))
    known = catalogue_of(rows[0].version) if rows else catalogue()
    return known, board_of(known, {row.integration_id: row.stored for row in rows})


def target(access: CompanyAccess, rights: Board, wanted: Target) -> Integration | None:
    """Return the integration that an address means; a listed one costs no statement.

    Raises Integration.DoesNotExist for what this person may not know of.
    """
    if wanted.public_id is None:
        return None
    if listed := rights.integration(wanted.public_id):
        return listed
    return visible(access, wanted.found).get(public_id=wanted.public_id)


def listed(rights: Board, public_id: str) -> Standing:
    """Return how an integration in the list stands; raises Integration.DoesNotExist for another."""
    found = rights.integration(public_id)
    if found is None:
        raise Integration.DoesNotExist
    return rights.of(found)


def board_of(known: Catalogue, stored: Mapping[int | None, Stored]) -> Board:
    """Return the board of listings that an access has read, by integration."""
    return Board(stored, tuple(integrations(known, stored)), known.live)
