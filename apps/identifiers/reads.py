"""Every question about many identifiers."""

from datetime import datetime

from django.db.models import Count, Subquery, Value, Window
from django.db.models.functions import Coalesce

from apps.companies.models import Company
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import Purpose


def working_identifiers(company: Company, now: datetime) -> Coalesce:
    """Count the identifiers that work in a company; those of workbooks serve nobody else."""
    found = ApiIdentifier.objects.at_work(company, now).exclude(purpose=Purpose.EXCEL)
    counted = found.annotate(total=Window(Count("pk"))).values("total")
    return Coalesce(Subquery(counted[:1]), Value(0))
