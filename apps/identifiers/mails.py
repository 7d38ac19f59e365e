"""Mails about identifiers. None of them holds a Key."""

from apps.accounts.models import User
from apps.companies.access import CompanyAccess
from apps.companies.models import Company
from apps.core.mails import deliver, deliver_after_commit
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.reads import InCompany


def tell_owner(identifier: ApiIdentifier, access: CompanyAccess, *, stopped: bool) -> None:
    """Tell an owner, once it is saved, that an identifier was stopped in a company or allowed."""
    context = {
        "identifier": identifier,
        "company": access.company,
        "who": access.user.name,
        "stopped": stopped,
    }
    owner = identifier.owner
    deliver_after_commit(owner.email, owner.language, "identifiers/mail/stopped.txt", context)


def remind(person: User, company: Company, one: InCompany) -> None:
    """Remind the owner or a KH of a company that an identifier ends there."""
    is_told = one.identifier.tells(person, company)
    context = {
        "identifier": one.identifier,
        "company": company,
        "end": one.end,
        "note": one.identifier.note if is_told else "",
        "integration": one.integration_name if is_told else "",
    }
    deliver(person.email, person.language, "identifiers/mail/reminder.txt", context)
