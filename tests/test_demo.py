"""The demo world is loaded once, and what people change in it stays."""

import json
import re
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from itertools import groupby

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from stdnum.fi import ytunnus

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.clients.reads import Clients
from apps.clients.rules import Need
from apps.companies.access import OfficeAccess
from apps.companies.models import Company, Membership
from apps.demo import services as demo
from apps.demo.tasks import make_traffic
from apps.gateway import installation
from apps.identifiers.models import ApiIdentifier
from apps.resources.models import Integration, Listing
from apps.resources.rules import NOTHING, ResourceSet
from apps.usage.models import ApiRequest, Usage
from apps.usage.services import make_parts
from tests.rights.addresses import page_url

TODAY = datetime.now(UTC).date()
AN_EVENING = datetime.combine(TODAY - timedelta((TODAY.weekday() - 4) % 7 or 7), time(18), UTC)
"""Of the last Friday: whatever the day brings was asked by then."""


def test_companies(world):
    ids = dict(Company.objects.values_list("name", "business_id"))
    assert ids[demo.BAKERY] == "9000001-1"
    assert ids[demo.CARPENTRY] == "9000003-8"
    assert ids[demo.SHIPYARD] == "9000004-6"
    assert len(ids) == 41
    assert all(ytunnus.is_valid(number) and number >= "9000000" for number in ids.values())
    assert Company.objects.filter(office__name=demo.OFFICE).count() == 40
    assert Company.objects.get(name="Demo Kiosk").package == "basic"


def test_rights_at_the_start(bakery):
    listings = {str(listing): listing for listing in Listing.objects.filter(company=bakery)}
    counts = {name: len(listing.allowed) for name, listing in listings.items()}
    assert counts == {"Bezala": 119, "Zevoy": 2, "Severa": 0, "Demo Warehouse Bridge": 119}
    assert not Listing.objects.filter(company__name=demo.CARPENTRY).exists()
    assert Listing.objects.filter(integration__name_en="Luovu").count() == 2


def test_one_review_is_fresh_and_one_is_due(sign_in, bakery):
    page = sign_in(User.objects.get(email="kh@demo.example")).get(
        reverse("receipts", args=[bakery.business_id])
    )
    due = {line.name: line.due for line in page.context["page"].lines}
    assert due == {"Bezala": True, "Demo Warehouse Bridge": True, "Zevoy": False, "Severa": False}


@pytest.mark.parametrize(
    ("who", "status"),
    [("kh", 200), ("tpk", 200), ("member", 403), ("reader", 200), ("norights", 403), ("outsider", 404), ("staff", 404)],
)  # fmt: skip
def test_who_sees_the_rights_of_the_bakery(sign_in, bakery, who, status):
    user = User.objects.get(email=f"{who}@demo.example")
    assert sign_in(user).get(page_url(bakery)).status_code == status


def test_an_identifier_ends_soon_and_another_lost_its_owner(world):
    access = OfficeAccess(User.objects.get(email="tpk@demo.example"))
    for need, company in ((Need.ENDING, "Demo Logistics"), (Need.OWNER, "Demo Studio")):
        assert [one.name for one in Clients(access).found({"attention": need})] == [company]
    without = {user.name for user in User.objects.all() if not user.has_usable_password()}
    assert without == {"Demo Leaving Member", "Demo Former Member"}


def test_everything_was_recorded(world):
    blocked_again = Listing.objects.filter(allowed=NOTHING).count()
    changes = AuditEvent.objects.filter(verb__startswith="rights:").count()
    assert changes == Listing.objects.count() + blocked_again
    assert AuditEvent.objects.filter(verb="membership:add").count() == Membership.objects.count()


def test_the_ended_identifier_ended_when_the_history_says(world):
    ended = ApiIdentifier.objects.get(deactivated_at__isnull=False)
    event = AuditEvent.objects.get(verb="identifier:deactivate")
    assert ended.created_at < ended.deactivated_at == event.at


def test_loading_again_changes_nothing_that_a_person_changed(bakery):
    Listing.objects.filter(company=bakery).update(allowed=ResourceSet([7]))
    Company.objects.filter(pk=bakery.pk).update(name="Renamed")
    out = StringIO()
    call_command("demo", stdout=out)
    assert "there already" in out.getvalue()
    assert demo.PASSWORD in out.getvalue()
    assert {listing.allowed for listing in Listing.objects.filter(company=bakery)} == {
        ResourceSet([7])
    }
    assert Company.objects.count() == 41


def test_it_is_for_demos_only(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo")


def test_the_keys_are_printed_where_the_demo_world_is_loaded(world, settings):
    out = StringIO()
    settings.DEMO = True
    call_command("demo_credentials", stdout=out)
    printed = json.loads(out.getvalue())
    stored = ApiIdentifier.objects.get(user_id=printed["identifiers"][0]["user_id"])
    assert printed["identifiers"][0]["key"] == stored.key.reveal()
    assert len(printed["integrations"]) == Integration.objects.count()


def test_no_key_is_printed_elsewhere(db, settings):
    settings.DEMO = True
    with pytest.raises(CommandError):
        call_command("demo_credentials")


def answer_to(*args, **options):
    """Return what ``manage.py ask`` prints."""
    out = StringIO()
    call_command("ask", *args, stdout=out, **options)
    return out.getvalue().strip()


def test_a_request_of_the_demo_world_is_asked_about(world, settings):
    make_parts(datetime.now(UTC).date())
    settings.DEMO = True
    assert answer_to("/customer.nv") == "204 OK"
    assert "blocked for this integration" in answer_to("/customer.nv", integration="Severa")
    with pytest.raises(CommandError):
        answer_to("/customer.nv", integration="Nobody")


@pytest.fixture
def here(settings):
    """The gateway that demo requests are sent to."""
    settings.DEMO = True
    return installation.read(**settings.GATEWAY)


def verdicts(name):
    """Return how the requests of a demo company are answered, first to last."""
    of = ApiRequest.objects.filter(company=Company.objects.get(name=name).pk)
    return [reason for reason, _ in groupby(of.order_by("at").values_list("reason", flat=True))]


def test_traffic_worked_and_suddenly_stopped(world, here):
    assert make_traffic(here, AN_EVENING, days=16) > 900
    assert verdicts("Demo Optics") == ["", "membership_ended"]
    assert verdicts("Demo Boatyard") == ["", "package"]
    assert verdicts("Demo Fitness") == ["", "paused"]
    assert verdicts("Demo Catering") == ["", "not_timely"]
    assert verdicts("Demo Garage") == verdicts("Demo Roofing") == [""]
    assert set(verdicts("Demo Florist")) == {"", "blocked_for_integration"}
    wrong = Usage.objects.filter(verdict="wrong_signature").values_list("count", flat=True)
    assert sum(wrong) > 20
    late = ApiRequest.objects.filter(reason="not_timely").values_list("lag", flat=True)
    assert min(late) >= 3600


def test_who_fell_silent_is_said_to_be_silent(world, here, sign_in):
    make_traffic(here, datetime.now(UTC), days=30)
    garage = Company.objects.get(name="Demo Garage")
    reader = sign_in(User.objects.get(email="tpk@demo.example"))
    said = reader.get(reverse("calls", args=[garage.business_id])).text
    assert re.search(r"No calls from Rackbeat since .*\. Usually there are \d+ a day\.", said)


def test_traffic_agrees_with_the_history_and_is_sent_once(world, here):
    make_traffic(here, AN_EVENING, days=16)
    assert make_traffic(here, AN_EVENING) == 0
    company = Company.objects.get(name="Demo Florist")
    blocked = AuditEvent.objects.get(company_id=company.pk, verb="rights:block")
    asked = ApiRequest.objects.filter(company=company.pk, resource="customer.nv")
    assert {one.reason for one in asked.filter(at__lt=blocked.at)} == {""}
    assert {one.reason for one in asked.filter(at__gte=blocked.at)} == {"blocked_for_integration"}
    assert not ApiRequest.objects.exclude(transaction_id__startswith="demo-").exists()
    assert make_traffic(here, AN_EVENING + timedelta(days=1)) > 10


def test_traffic_is_for_demo_data_only(db, settings):
    for settings.DEMO in (False, True):
        with pytest.raises(CommandError):
            call_command("demo_traffic")
    assert not ApiRequest.objects.exists()
