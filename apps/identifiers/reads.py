"""Every question about many identifiers."""

from apps.companies.access import CompanyAccess
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import Purpose


def working_identifiers(access: CompanyAccess) -> int:
    """Count the identifiers that work in a company; those of workbooks serve nobody else."""
    found = ApiIdentifier.objects.at_work(access.company)
    return found.exclude(purpose=Purpose.EXCEL).count()
