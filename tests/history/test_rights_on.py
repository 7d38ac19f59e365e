"""The rights at the end of a day, recomputed from the events."""

import csv
import io
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.companies.access import enter
from apps.companies.rules import Role
from apps.core.refusals import Refused
from apps.history.reads import rights_before
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet, Target
from apps.rights import services
from apps.rights.rules import Scope, Wish
from tests.factories import IntegrationFactory, MembershipFactory
from tests.files import text_of
from tests.history.helpers import happened, url, words


def test_the_rights_of_today_in_words(kh, company, severa, change):
    change(severa, "customer.nv", "employee.nv")
    change(IntegrationFactory(name_en="Zevoy"), "customer.nv", allow=False)
    page = words(kh.get(url(company, "rights/")))
    assert "General access rights Nothing allowed Everything was blocked." in page
    assert "Severa 2 allowed Sales Import customer details customer.nv" in page
    assert "Zevoy Nothing allowed Everything was blocked." in page


def test_the_rights_of_a_day_are_all_open_and_can_be_searched(kh, company, severa, change):
    change(severa, "customer.nv", "employee.nv")
    page = kh.get(url(company, "rights/"), {"on": str(timezone.localdate()), "find": "employee.nv"})
    assert "employee.nv" in words(page)
    assert "customer.nv" not in words(page)
    assert "None of these was allowed." in words(page)
    assert page.text.count('<details class="unfold" open>') == 1


def test_a_day_holds_its_last_moment(kh, company, severa):
    zone = timezone.get_current_timezone()
    for day, position in ((1, 0), (2, 1)):
        AuditEvent.objects.create(
            at=datetime(2026, 3, day, 23, 59, 59, tzinfo=zone),
            actor="A",
            verb="rights:allow",
            subject_kind="integration",
            subject_id=severa.pk,
            company_id=company.pk,
            added=bytes(ResourceSet([position])),
        )
    assert "Severa 1 allowed" in words(kh.get(url(company, "rights/"), {"on": "2026-03-01"}))
    assert "Severa 2 allowed" in words(kh.get(url(company, "rights/"), {"on": "2026-03-02"}))
    assert "Severa" not in words(kh.get(url(company, "rights/"), {"on": "2026-02-28"}))


def test_as_a_file(kh, company, severa, change):
    change(severa, "customer.nv")
    today = timezone.localdate().isoformat()
    response = kh.get(url(company, "rights/csv/"), {"on": today})
    assert f'filename="rights-{company.business_id}-{today}.csv"' in response["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(text_of(response))))
    allowed = [line for line in lines if line["Right"] == "Allowed"]
    assert [(line["Integration"], line["Code"]) for line in allowed] == [("Severa", "customer.nv")]
    assert len(lines) == 2 * 5  # the general rights and Severa, without what is retired


@pytest.mark.parametrize(
    "on", ["", "x", "\0", "0001-01-01", "9999-12-31", "2026-02-30", "99999-01-01"]
)
@pytest.mark.parametrize("rest", ["rights/", "rights/csv/"])
def test_nonsense_is_said_at_the_field(kh, company, rest, on):
    page = kh.get(url(company, rest), {"on": on})
    assert page.status_code == 422
    assert 'id="id_on_error"' in page.text


def test_the_future_is_not_known(kh, company):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    page = kh.get(url(company, "rights/"), {"on": tomorrow})
    assert page.status_code == 422
    assert "Choose a day that is not in the future." in page.text


def test_an_auditor_may_look(sign_in, company, severa, change):
    change(severa, "customer.nv")
    auditor = MembershipFactory(company=company, roles=[Role.TT])
    assert "Severa 1 allowed" in words(sign_in(auditor.user).get(url(company, "rights/")))


def test_what_was_left_blocked_changes_nothing(kh, company, severa, change):
    change(severa, "customer.nv")
    left = bytes(ResourceSet([1]))
    happened(company, "rights:leave", "Severa", kind="integration", pk=severa.pk, removed=left)
    assert "Severa 1 allowed" in words(kh.get(url(company, "rights/")))


@pytest.mark.parametrize("count", [1, 20])
def test_statements_are_flat(kh, company, change, count, django_assert_num_queries):
    for integration in IntegrationFactory.create_batch(count):
        change(integration, "customer.nv")
    kh.get(url(company, "rights/"))
    with django_assert_num_queries(5):  # session, user, membership, catalogue, events
        kh.get(url(company, "rights/"))


positions = st.sets(st.integers(0, 5), min_size=1).map(ResourceSet)
moves = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.integers(0, 2), st.booleans(), positions),
        st.tuples(st.just("undo"), st.integers(0, 2)),
        st.tuples(st.just("block")),
    ),
    max_size=12,
)


@given(moves)
@settings(max_examples=40)
def test_any_sequence_of_changes_is_recomputed(catalogue, steps):
    member = MembershipFactory(editor=True)
    access = enter(member, member.user, locked=True)
    targets = [None, *IntegrationFactory.create_batch(2)]
    states = []
    for step in steps:
        perform(access, catalogue, targets, step)
        states.append((timezone.now(), rights_now(access)))
    for moment, rights in states:
        assert rights_before(access, moment) == rights
    assert rights_before(access, timezone.now()) == rights_now(access)


def rights_now(access):
    """Return what the listings of the company hold."""
    return dict(Listing.objects.visible_to(access).values_list("integration_id", "allowed"))


def perform(access, catalogue, targets, step):
    """Change the rights of one of the targets as a step says, if it can be done."""
    kind, *rest = step
    if kind == "block":
        services.block_traffic(access=access)
        return
    one = targets[rest[0]]
    call = {
        "access": access,
        "target": Target(one.public_id if one else None),
    }
    if kind == "set":
        wish = Wish(allow=rest[1], scope=Scope.RESOURCES, resources=rest[2])
        if rest[2] & catalogue.live:
            services.set_rights(**call, wanted=lambda _: wish)
        return
    events = AuditEvent.objects.of_company(access.company.pk).exclude(verb="rights:close")
    last = events.filter(subject_id=one.pk if one else None).order_by("pk").last()
    if last is not None:
        with suppress(Refused):
            services.put_back(**call, event_id=last.pk)
