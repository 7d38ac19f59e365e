"""What site staff may load: nothing that there is already in another form."""

from __future__ import annotations

from dataclasses import dataclass

from apps.companies.rules import Function, Grants, Level, Role
from apps.core.refusals import Kind, Reason
from apps.people.rules import Rights


class Refusal(Reason):
    """What is wrong with one line of a file, or with a form."""

    TWICE = "twice", Kind.MISTAKE
    OTHER_NAME = "other_name", Kind.MISTAKE
    OTHER_PACKAGE = "other_package", Kind.MISTAKE
    OTHER_OFFICE = "other_office", Kind.MISTAKE
    NO_OFFICE = "no_office", Kind.MISTAKE
    NO_COMPANY = "no_company", Kind.MISTAKE
    OTHER_RIGHTS = "other_rights", Kind.MISTAKE


EVERYTHING = dict.fromkeys(Function, Level.EDIT)
OF_COMPANY = Rights(Grants(frozenset({Role.KH}), EVERYTHING))
"""What the first user administrator of a company gets."""
OF_OFFICE = Rights(Grants(frozenset({Role.TPK, Role.KH, Role.KP}), EVERYTHING))
"""What the first person of an office gets in the office's own company, as in each client."""


@dataclass(frozen=True)
class NewCompany:
    """A company to be founded; ``office`` is a name, or empty. ``line`` is where it is asked for."""

    business_id: str
    name: str
    package: str
    office: str = ""
    line: int = 1


@dataclass(frozen=True)
class NewMember:
    """Somebody to be invited; who accepts one with an ``office`` is one of its people."""

    business_id: str
    email: str
    name: str
    rights: Rights
    office: str = ""
    line: int = 1

    @property
    def key(self) -> tuple[str, str]:
        """What there is once: a person in a company."""
        return self.business_id, self.email


@dataclass(frozen=True)
class Mistake:
    """Something wrong in a column of a line."""

    line: int
    column: str
    reason: Reason


def differs(asked: NewCompany, known: NewCompany) -> list[Mistake]:
    """Return in what a company is asked for otherwise than there is."""
    columns = {
        "name": Refusal.OTHER_NAME,
        "package": Refusal.OTHER_PACKAGE,
        "office": Refusal.OTHER_OFFICE,
    }
    return [
        Mistake(asked.line, column, reason)
        for column, reason in columns.items()
        if getattr(asked, column) != getattr(known, column)
    ]
