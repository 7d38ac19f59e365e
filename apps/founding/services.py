"""Bringing in companies and their first people: checked against what there is, all or nothing.

Site staff have no access to these companies. No lock is needed: nothing that exists is changed,
and what somebody else makes at the same moment meets a constraint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from apps.audit.services import Entry, Scene, record, record_all
from apps.companies.models import AccountingOffice, Company
from apps.founding import reads
from apps.founding.rules import Mistake, NewCompany, NewMember, Refusal, differs
from apps.people.models import Invitation, new_end, new_nonce

OPERATOR = Scene(actor_id=None, actor="operator")
"""Whoever runs commands on the server."""
BATCH = 1_000


class Unloadable(Exception):  # noqa: N818 - what they are, in the words of the house
    """Lines that cannot be loaded; raised inside the transaction, so nothing of it is saved."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = mistakes


@dataclass(frozen=True)
class Wanted:
    """What is to be there afterwards; what is there already is left as it is."""

    offices: Sequence[str] = ()
    companies: Sequence[NewCompany] = ()
    members: Sequence[NewMember] = ()


@dataclass(frozen=True)
class Loaded:
    """What was made."""

    companies: list[Company]
    invitations: list[Invitation]


@transaction.atomic
def load(scene: Scene, wanted: Wanted, *, dry: bool = False) -> Loaded:
    """Found companies and invite people as wanted; when ``dry``, take it all back.

    Raises Unloadable with every mistake, and IntegrityError for what somebody else made at the
    same moment.
    """
    _found_offices(scene, wanted.offices)
    companies = _found(scene, wanted.companies)
    invitations = _invite(scene, wanted.members)
    transaction.set_rollback(dry)
    return Loaded(companies, invitations)


def hold_no_longer() -> tuple[int, datetime]:
    """Let invitations of site staff that were never mailed last seven days from now.

    Return how many, and until when. Jobs that were queued for them before find them changed, and
    send nothing.
    """
    expires = new_end()
    return reads.unsent().update(expires_at=expires, trouble=""), expires


def _found_offices(scene: Scene, names: Sequence[str]) -> None:
    known = reads.offices(names)
    for name in names:
        if name not in known:
            made = AccountingOffice.objects.create(name=name)
            entry = Entry("accountingoffice:add", "accountingoffice", made.pk, name)
            record(scene, [replace(entry, after={"name": name})])


def _found(scene: Scene, lines: Sequence[NewCompany]) -> list[Company]:
    offices = reads.offices(line.office for line in lines if line.office)
    known = reads.companies(line.business_id for line in lines)
    mistakes = _twice(lines, "business_id")
    for line in lines:
        if line.office and line.office not in offices:
            mistakes.append(Mistake(line.line, "office", Refusal.NO_OFFICE))
        elif line.business_id in known:
            mistakes += differs(line, _as_line(known[line.business_id]))
    if mistakes:
        raise Unloadable(mistakes)
    new = [_company(line, offices) for line in lines if line.business_id not in known]
    made = Company.objects.bulk_create(new, batch_size=BATCH)
    record_all((_at(scene, one), [_founded(one)]) for one in made)
    return made


def _invite(scene: Scene, lines: Sequence[NewMember]) -> list[Invitation]:
    companies = reads.companies(line.business_id for line in lines)
    known, offices = reads.entitled(lines), reads.offices(line.office for line in lines)
    mistakes = _twice(lines, "key", column="email")
    for line in lines:
        if line.business_id not in companies:
            mistakes.append(Mistake(line.line, "business_id", Refusal.NO_COMPANY))
        elif line.key in known and known[line.key].mark != line.rights.mark:
            mistakes.append(Mistake(line.line, "email", Refusal.OTHER_RIGHTS))
    if mistakes:
        raise Unloadable(mistakes)
    expires = new_end()
    new = [
        _invitation(line, companies[line.business_id], offices.get(line.office))
        for line in lines
        if line.key not in known
    ]
    for one in new:
        one.expires_at = expires
    made = Invitation.objects.bulk_create(new, batch_size=BATCH)
    record_all((_at(scene, one.company), [_invited(one)]) for one in made)
    return made


def _twice(
    lines: Sequence[NewCompany] | Sequence[NewMember], key: str, *, column: str = ""
) -> list[Mistake]:
    seen, mistakes = set(), []
    for line in lines:
        what = getattr(line, key)
        if what in seen:
            mistakes.append(Mistake(line.line, column or key, Refusal.TWICE))
        seen.add(what)
    return mistakes


def _as_line(company: Company) -> NewCompany:
    office = company.office.name if company.office else ""
    return NewCompany(company.business_id, company.name, company.package, office)


def _company(line: NewCompany, offices: Mapping[str, AccountingOffice]) -> Company:
    return Company(
        business_id=line.business_id,
        name=line.name,
        package=line.package,
        office=offices.get(line.office),
    )


def _invitation(line: NewMember, company: Company, office: AccountingOffice | None) -> Invitation:
    grants = line.rights.grants
    return Invitation(
        company=company,
        email=line.email,
        name=line.name,
        office=office,
        nonce=new_nonce(),
        roles=grants.roles,
        levels=grants.levels,
        valid_from=line.rights.valid_from,
        valid_until=line.rights.valid_until,
    )


def _at(scene: Scene, company: Company) -> Scene:
    return replace(scene, company_id=company.pk, company=str(company))


def _founded(company: Company) -> Entry:
    office = str(company.office) if company.office else None
    after = {"package": company.package, "office": office}
    return Entry("company:found", "company", company.pk, str(company), after=after)


def _invited(invitation: Invitation) -> Entry:
    after = invitation.rights.snapshot
    return Entry("membership:invite", "user", None, str(invitation), after=after)
