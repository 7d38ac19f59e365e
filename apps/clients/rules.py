"""What of a client company needs attention: pure decisions, no database.

Source: design.md, sections 1 and 2, and the help article "API identifiers".
"""

from enum import StrEnum

from apps.resources.rules import ResourceSet, Sign


class Need(StrEnum):
    """Something in a company that somebody should look at."""

    CLOSED = "closed"
    LACKING = "lacking"
    GENERAL = "general"
    PACKAGE = "package"
    OWNER = "owner"
    ENDING = "ending"


def need_of_rights(*, is_general: bool, in_force: ResourceSet, sign: Sign | None) -> Need | None:
    """Return what one listing, or the general access rights, need; ``sign`` is the listing's."""
    if is_general:
        return Need.GENERAL if in_force else None
    return {Sign.CLOSED: Need.CLOSED, Sign.LACKING: Need.LACKING}.get(sign) if sign else None


def wants_interface(*, in_force: ResourceSet, built_in: bool) -> bool:
    """Tell whether what is allowed moves only on packages with the interface service."""
    return bool(in_force) and not built_in
