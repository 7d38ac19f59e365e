"""The catalogue as pages and services read it: one statement, then plain Python."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from apps.core.statements import Statement
from apps.core.text import fold
from apps.resources.models import (
    CatalogueVersion,
    Integration,
    InterfaceResource,
    ResourceGroup,
    Section,
)
from apps.resources.rules import ResourceSet

# Not by "order" alone: a retired resource keeps the number that it had in an older file.
IN_ORDER = ("group__section__order", "group__order", "order", "pk")
Pieces = dict[tuple[Any, ...], tuple[SafeString, SafeString]]
VERSION = Statement(lambda: CatalogueVersion.current().values_list("version", flat=True))
LANGUAGE_CODES = [code for code, _name in settings.LANGUAGES]


def positions(resources: Iterable[InterfaceResource]) -> ResourceSet:
    """Return the set of some resources."""
    return ResourceSet(resource.position for resource in resources)


@dataclass(frozen=True)
class CatalogueSection:
    """A section with its groups and all its resources, retired ones included."""

    section: Section
    groups: list[tuple[ResourceGroup, list[InterfaceResource]]]

    @cached_property
    def positions(self) -> ResourceSet:
        """Every resource of the section."""
        return positions(resource for _, resources in self.groups for resource in resources)


class Catalogue:
    """All resources in the order of the file, by section and group."""

    def __init__(self, resources: Iterable[InterfaceResource]) -> None:
        self.resources = list(resources)
        self.by_code = {resource.code: resource for resource in self.resources}
        self.reading = uuid4()
        self._pieces: dict[str | None, Pieces] = {}
        self._integrations: dict[int, Integration] = {}
        self.live = positions(resource for resource in self.resources if not resource.retired)

    @classmethod
    def load(cls) -> Catalogue:
        """Return the catalogue: one statement while the version is the one kept, else two."""
        return cls.of_version(next(iter(VERSION.ask()), None))

    @classmethod
    def of_version(cls, version: UUID | None) -> Catalogue:
        """Return the catalogue kept of a version, or the one in the database."""
        return _keep.of(version)

    @classmethod
    def read(cls) -> Catalogue:
        """Read the catalogue from the database."""
        return cls(InterfaceResource.objects.select_related("group__section").order_by(*IN_ORDER))

    @cached_property
    def sections(self) -> list[CatalogueSection]:
        """The sections in their order."""
        return [
            CatalogueSection(
                section,
                [
                    (group, list(of_group))
                    for group, of_group in groupby(resources, lambda r: r.group)
                ],
            )
            for section, resources in groupby(self.resources, lambda r: r.group.section)
        ]

    @cached_property
    def searched(self) -> dict[int, str]:
        """The folded words of each resource, by position."""
        return {resource.position: _words(resource) for resource in self.resources}

    def integrations(self, wanted: Collection[int | None]) -> list[Integration]:
        """Return the integrations that have some ids: no statement for those read before."""
        unknown = [pk for pk in wanted if pk is not None and pk not in self._integrations]
        if unknown:
            found = Integration.objects.filter(pk__in=unknown)
            self._integrations |= {one.pk: one for one in found}
        return [self._integrations[pk] for pk in wanted if pk in self._integrations]

    @cached_property
    def finished(self) -> list[Integration]:
        """The finished integrations that are not retired: no statement once they were read."""
        finished = Integration.objects.filter(kind=Integration.Kind.FINISHED, retired=False)
        return list(finished)

    def pieces(self) -> Pieces:
        """The HTML that was kept in the active language; it goes with this catalogue."""
        return self._pieces.setdefault(get_language(), {})

    def where(self, test: Callable[[InterfaceResource], bool]) -> ResourceSet:
        """Return the resources that pass a test."""
        return positions(resource for resource in self.resources if test(resource))

    def section(self, code: str) -> CatalogueSection | None:
        """Return the section with this code, if there is one."""
        return next((found for found in self.sections if found.section.code == code), None)

    def of(self, wanted: ResourceSet) -> list[InterfaceResource]:
        """Return the resources of a set, in the order of the catalogue."""
        found = [self._places[position] for position in wanted if position in self._places]
        return [resource for _place, resource in sorted(found, key=itemgetter(0))]

    @cached_property
    def _places(self) -> dict[int, tuple[int, InterfaceResource]]:
        return {one.position: (place, one) for place, one in enumerate(self.resources)}

    def by_section(self, wanted: ResourceSet) -> list[tuple[str, list[InterfaceResource]]]:
        """Return the resources of a set under the names of their sections, in the same order."""
        return [
            (section.section.name, self.of(section.positions & wanted))
            for section in self.sections
            if section.positions & wanted
        ]


def _words(resource: InterfaceResource) -> str:
    named = [resource, resource.group, resource.group.section]
    names = [getattr(thing, f"name_{code}") for thing in named for code in LANGUAGE_CODES]
    purposes = [getattr(resource, f"purpose_{code}") for code in LANGUAGE_CODES]
    return fold("\n".join([resource.code, *names, *purposes]))


class _Keep:
    """The catalogue that this process read last. A catalogue without version is never kept."""

    def __init__(self) -> None:
        self.last: tuple[UUID, Catalogue] | None = None

    def of(self, version: UUID | None) -> Catalogue:
        last = self.last
        if last and last[0] == version:
            return last[1]
        catalogue = Catalogue.read()
        self.last = (version, catalogue) if version else None
        return catalogue


_keep = _Keep()
