"""Mails about identifiers. None of them holds a Key."""

from datetime import datetime

from apps.accounts.models import User
from apps.companies.access import CompanyAccess
from apps.companies.models import Company
from apps.core.mails import deliver
from apps.identifiers.models import ApiIdentifier


def tell_owner(identifier: ApiIdentifier, access: CompanyAccess, *, stopped: bool) -> None:
    """Tell an owner that KH or TPK stopped an identifier in a company, or allowed it again."""
    context = {
        "identifier": identifier,
        "company": access.company,
        "who": access.user.name,
        "stopped": stopped,
    }
    owner = identifier.owner
    deliver(owner.email, owner.language, "identifiers/mail/stopped.txt", context)


def remind(
    person: User, identifier: ApiIdentifier, company: Company, end: datetime, integration: str
) -> None:
    """Remind the owner or a KH of the company that an identifier ends."""
    context = {
        "identifier": identifier,
        "company": company,
        "end": end,
        "integration": integration,
    }
    deliver(person.email, person.language, "identifiers/mail/reminder.txt", context)
