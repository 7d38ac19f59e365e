"""Mails about identifiers. None of them holds a Key."""

from apps.accounts.models import User
from apps.companies.models import Company
from apps.core.mails import Receiver, deliver
from apps.identifiers.models import ApiIdentifier, Reminder


def tell_owner(identifier: ApiIdentifier, company: Company, who: User, *, stopped: bool) -> None:
    """Tell an owner that somebody stopped an identifier in a company, or allowed it again."""
    context = {
        "identifier": identifier,
        "company": company,
        "who": who.name,
        "stopped": stopped,
    }
    deliver(Receiver.of(identifier.owner), "identifiers/mail/stopped.txt", context)


def remind(reminder: Reminder, *, is_listed: bool) -> None:
    """Remind the owner or a KH of a company that an identifier ends there.

    ``is_listed`` says whether its integration is in the company's list (docs/decisions/004).
    """
    identifier, company = reminder.identifier, reminder.company
    is_told = identifier.tells(reminder.recipient, company)
    context = {
        "identifier": identifier,
        "company": company,
        "end": reminder.end,
        "note": identifier.note if is_told else "",
        "integration": identifier.name_of_integration(is_listed=is_listed) if is_told else "",
    }
    deliver(Receiver.of(reminder.recipient), "identifiers/mail/reminder.txt", context)
