"""When the interface of a client company was used last, in the office's list and its file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.companies.models import Membership
from apps.companies.rules import Function, Level
from apps.usage.models import Usage
from apps.usage.services import count_habits
from tests.factories import CompanyFactory
from tests.files import rows_of

pytestmark = pytest.mark.django_db
LIST, FILE = "/office/", "/office/csv/"


def call(company, *, hours, verdict="", resource="customer.nv"):
    """Count a call of some hours ago."""
    at = timezone.now() - timedelta(hours=hours)
    key = {"company": company.pk, "integration": 1, "identifier": 1, "resource": resource}
    key |= {"day": timezone.localdate(at), "verdict": verdict}
    return Usage.objects.create(**key, count=1, last_at=at)


def test_the_last_call_that_passed_is_told(served, serve):
    company, idle = serve(name="Busy"), serve(name="Idle")
    call(company, hours=30, resource="employee.nv")
    newest = call(company, hours=2)
    call(company, hours=1, verdict="blocked_for_integration")
    call(idle, hours=24 * 91)
    call(CompanyFactory(), hours=1)
    count_habits(timezone.localdate())
    assert served.get(LIST).text.count("used 2 h ago") == 1
    assert "used " not in served.get(LIST, {"q": "Idle"}).text.split("<tbody")[1]
    [head, *rows] = rows_of(served.get(FILE))
    told = [row[head.index("Last accepted call")] for row in rows]
    assert told == [str(timezone.localtime(newest.last_at).replace(microsecond=0)), ""]


def test_it_is_not_told_where_the_rights_may_not_be_seen(served, serve):
    company = serve()
    call(company, hours=2)
    count_habits(timezone.localdate())
    blind = dict.fromkeys(Function, Level.EDIT) | {Function.INTERFACE_RESOURCES: Level.NONE}
    Membership.objects.filter(company=company).update(levels=blind)
    assert "used 2 h ago" not in served.get(LIST).text
    assert list(rows_of(served.get(FILE)))[1][-1] == ""
