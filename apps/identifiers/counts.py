"""What other apps' pages say about identifiers."""

from django.db.models import BigIntegerField, Count, DateTimeField, QuerySet, Window
from django.utils import timezone

from apps.companies.access import CompanyAccess
from apps.core.statements import Statement, given
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import Purpose
from apps.resources.working import counts_working


def _working() -> QuerySet[ApiIdentifier, int]:
    company, now = given("company", BigIntegerField()), given("now", DateTimeField())
    found = ApiIdentifier.objects.at_work(company, now).exclude(purpose=Purpose.EXCEL)
    return found.annotate(total=Window(Count("pk"))).values_list("total", flat=True)[:1]


WORKING = Statement(_working)


@counts_working
def working_identifiers(access: CompanyAccess) -> int:
    """Return how many identifiers work in the company now; those of workbooks serve nobody else."""
    counted = WORKING.ask(company=access.company.pk, now=timezone.now())
    return next(iter(counted), 0)
