"""Who allowed what is in force, from the record of changes."""

from apps.audit.models import AuditEvent
from apps.companies.access import CompanyAccess
from apps.resources.board import Board
from apps.resources.models import Integration
from apps.resources.rules import ResourceSet


def allowed_by(
    access: CompanyAccess, board: Board, integration: Integration | None, position: int
) -> AuditEvent | None:
    """Return the change that allowed a resource, by own or general rights, in one statement.

    Nothing when it is not in force, or was allowed before changes were recorded.
    """
    if not board.verdict(integration, position):
        return None
    whose = integration if board.of(integration).listed else None
    events = AuditEvent.objects.of_company(access.company.pk).of_rights()
    adding = events.adding(bytes(ResourceSet([position])))
    return adding.filter(subject_id=whose.pk if whose else None).order_by("-pk").first()
