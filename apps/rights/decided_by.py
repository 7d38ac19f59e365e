"""Who allowed what is in force, or blocked what is not, from the record of changes."""

from apps.audit.models import AuditEvent
from apps.companies.access import CompanyAccess
from apps.resources.board import Board
from apps.resources.models import Integration
from apps.resources.rules import ResourceSet
from apps.rights.services import LEAVE


def decided_by(
    access: CompanyAccess, board: Board, integration: Integration | None, position: int
) -> AuditEvent | None:
    """Return the change that allowed or blocked a resource, by own or general rights.

    One statement. Nothing when it was never changed, or before changes were recorded.
    """
    whose = integration if board.of(integration).listed else None
    one = bytes(ResourceSet([position]))
    events = AuditEvent.objects.of_company(access.company.pk).of_rights().exclude(verb=LEAVE)
    allowed = bool(board.verdict(integration, position))
    decided = events.adding(one) if allowed else events.removing(one)
    return decided.filter(subject_id=whose.pk if whose else None).order_by("-pk").first()
