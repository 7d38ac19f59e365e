"""Putting a change of rights back."""

from apps.companies.access import CompanyAccess
from apps.companies.rules import Capability
from apps.core.refusals import Refused
from apps.history import reads
from apps.history.rules import Reason
from apps.rights import services as rights
from apps.rights.services import Change


def put_back(access: CompanyAccess, event_id: int) -> Change:
    """Take back one change of rights of the company, exactly; it is a change of its own.

    Raises Refused when the rights were changed since, AuditEvent.DoesNotExist and
    Integration.DoesNotExist for what is no change of rights that the person may know of.
    """
    access.require(Capability.EDIT_RIGHTS)
    target = reads.target(access, event_id)
    try:
        return rights.undo(access=access, target=target, event_id=event_id)
    except rights.MovedOnError:
        raise Refused(Reason.MOVED_ON) from None
