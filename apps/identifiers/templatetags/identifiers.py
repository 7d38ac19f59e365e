"""What other apps' pages say about identifiers."""

from django import template

from apps.companies.access import CompanyAccess
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import Purpose

register = template.Library()


@register.simple_tag
def working_identifiers(access: CompanyAccess) -> int:
    """Return how many identifiers work in the company now; those of workbooks serve nobody else."""
    found = ApiIdentifier.objects.at_work(access.company)
    return found.exclude(purpose=Purpose.EXCEL).count()
