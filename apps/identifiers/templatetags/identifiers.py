"""What other apps' pages say about identifiers."""

from django import template

from apps.companies.access import CompanyAccess
from apps.identifiers.models import ApiIdentifier

register = template.Library()


@register.simple_tag
def working_identifiers(access: CompanyAccess) -> int:
    """Return how many identifiers work in the company now, of all its members."""
    return ApiIdentifier.objects.of_members(access).unhindered().count()
