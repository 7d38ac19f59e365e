"""What the parts of this app store."""

from apps.office.bulk.models import BulkChange, BulkItem

__all__ = ["BulkChange", "BulkItem"]
