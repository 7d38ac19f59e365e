"""What the parts of this app store."""

from apps.office.bulk.models import BulkChange, BulkItem
from apps.office.users.models import Invitation

__all__ = ["BulkChange", "BulkItem", "Invitation"]
