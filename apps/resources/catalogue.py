"""The catalogue as plain data: what it is made of is read once per version."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from apps.core.text import fold
from apps.resources.models import Integration, InterfaceResource, ResourceGroup, Section
from apps.resources.rules import ResourceSet


def positions(resources: Iterable[InterfaceResource]) -> ResourceSet:
    """Return the set of some resources."""
    return ResourceSet(resource.position for resource in resources)


def _bits(resources: ResourceSet) -> int:
    """Return a set as one number: a file names the resources of thousands of sets."""
    return int.from_bytes(bytes(resources), "little")


@dataclass(frozen=True)
class CatalogueGroup:
    """Some resources under a sub-heading, retired ones included."""

    group: ResourceGroup
    resources: list[InterfaceResource]


@dataclass(frozen=True)
class CatalogueSection:
    """A section with its groups and all its resources, retired ones included."""

    section: Section
    groups: list[CatalogueGroup]
    positions: ResourceSet

    @classmethod
    def of(cls, section: Section, resources: Iterable[InterfaceResource]) -> CatalogueSection:
        """Return a section of its resources, which are in their order."""
        found = list(resources)
        groups = [CatalogueGroup(group, list(of)) for group, of in groupby(found, _group)]
        return cls(section, groups, positions(found))


class Catalogue:
    """All resources in the order of the file, and the integrations that were asked for so far.

    ``integrations`` and ``finished`` are filled by ``reads`` alone, ``rows`` by the rights page:
    what is kept of a version goes with it.
    """

    def __init__(self, resources: Iterable[InterfaceResource]) -> None:
        self.resources = list(resources)
        self.by_code = {resource.code: resource for resource in self.resources}
        self.by_position = {resource.position: resource for resource in self.resources}
        self._by_bit = [(_bits(positions([one])), one) for one in self.resources]
        self.live = positions(resource for resource in self.resources if not resource.retired)
        self.sections = [
            CatalogueSection.of(section, of) for section, of in groupby(self.resources, _section)
        ]
        self.integrations: dict[int, Integration] = {}
        self.finished: list[Integration] | None = None
        self.rows: dict[object, Any] = {}

    @cached_property
    def searched(self) -> dict[int, str]:
        """The folded words of each resource, by position."""
        return {resource.position: _words(resource) for resource in self.resources}

    def where(self, test: Callable[[InterfaceResource], bool]) -> ResourceSet:
        """Return the resources that pass a test."""
        return positions(resource for resource in self.resources if test(resource))

    def section(self, code: str) -> CatalogueSection | None:
        """Return the section with this code, if there is one."""
        return next((found for found in self.sections if found.section.code == code), None)

    def of(self, wanted: ResourceSet) -> list[InterfaceResource]:
        """Return the resources of a set, in the order of the catalogue."""
        within = _bits(wanted)
        return [resource for bit, resource in self._by_bit if bit & within]

    def by_section(self, wanted: ResourceSet) -> list[tuple[str, list[InterfaceResource]]]:
        """Return the resources of a set under the names of their sections, in the same order."""
        return [
            (section.section.name, self.of(section.positions & wanted))
            for section in self.sections
            if section.positions & wanted
        ]


def _group(resource: InterfaceResource) -> ResourceGroup:
    return resource.group


def _section(resource: InterfaceResource) -> Section:
    return resource.group.section


def _words(resource: InterfaceResource) -> str:
    return fold("\n".join([resource.code, *resource.told]))
