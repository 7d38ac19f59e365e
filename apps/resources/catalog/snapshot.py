"""The catalogue as pages and services read it: one statement, then plain Python."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from apps.resources.models import InterfaceResource, ResourceGroup, Section
from apps.resources.rules import ResourceSet


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
        self.live = positions(resource for resource in self.resources if not resource.retired)

    @classmethod
    def load(cls) -> Catalogue:
        """Read the catalogue in one statement."""
        return cls(InterfaceResource.objects.select_related("group__section").order_by("order"))

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

    def section(self, code: str) -> CatalogueSection | None:
        """Return the section with this code, if there is one."""
        return next((found for found in self.sections if found.section.code == code), None)

    def of(self, wanted: ResourceSet) -> list[InterfaceResource]:
        """Return the resources of a set, in the order of the catalogue."""
        return [resource for resource in self.resources if resource.position in wanted]
