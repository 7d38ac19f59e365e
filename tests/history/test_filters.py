"""What the history's filters find, on both databases."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.companies.access import enter
from apps.history.rules import Kind, kind_of
from apps.resources.rules import ResourceSet
from apps.rights import services
from tests.factories import IntegrationFactory, MembershipFactory, UserFactory
from tests.history.helpers import happened, url, words


def lines(kh, company, **asked):
    """Return what stands in the lines that a filter finds."""
    page = words(kh.get(url(company), asked))
    return page[page.index("Search") :]


@pytest.fixture
def changes(change, severa, catalogue, access):
    """A single change, a section, a general change, and a block of all."""
    other = IntegrationFactory(name_en="Zevoy")
    change(severa, "customer.nv", "customerlist.nv", "salesinvoice.nv")
    change(other, "employee.nv")
    change(None, "customer.nv")
    services.block_traffic(access=access)
    return severa, other


def test_a_resource_is_found_in_sections_and_blocks(kh, company, changes):
    found = lines(kh, company, resource="customerlist.nv")
    assert "3 resources of Sales allowed" in found
    assert "API traffic blocked, 3 resources of Sales blocked" in found
    assert "Zevoy" not in found
    assert "General" not in found


@pytest.mark.parametrize("text", ["employee", "IMPORT AN EMPLOYEE", "employee.nv", " employee.nv "])
def test_a_resource_is_found_by_its_words(kh, company, changes, text):
    found = lines(kh, company, resource=text)
    assert "Zevoy: added to the list, Import an employee allowed" in found
    assert "Severa" not in found


def test_a_code_means_that_resource_alone(kh, company, severa, change):
    change(severa, "getemployee.nv")
    assert "No change found." in lines(kh, company, resource="employee.nv")


def test_no_such_resource_finds_nothing(kh, company, changes):
    assert "No change found." in lines(kh, company, resource="nosuchthing")


def test_one_integration(kh, company, changes):
    severa, _other = changes
    found = lines(kh, company, integration=severa.public_id)
    assert "Severa: added to the list" in found
    assert "Zevoy" not in found
    general = lines(kh, company, integration="general")
    assert "General access rights: Import customer details allowed" in general
    assert "Severa" not in general


def test_one_person(kh, company, severa, change):
    change(severa, "customer.nv")
    other = MembershipFactory(company=company, editor=True, user__name="Otto Other")
    change(severa, "employee.nv", by=enter(other, other.user, locked=True))
    found = lines(kh, company, person=other.user.pk)
    assert "Import an employee" in found
    assert "Edith Editor · " not in found


def test_only_people_of_one_name_are_told_apart_by_their_email(kh, company, severa, change):
    twins = [MembershipFactory(company=company, editor=True, user__name="Twin") for _ in "ab"]
    for code, member in zip(("customer.nv", "employee.nv"), twins, strict=True):
        change(severa, code, by=enter(member, member.user, locked=True))
    happened(company, "odd:thing", "x")
    page = kh.get(url(company)).text
    assert ">Paula Person</option>" in page
    for member in twins:
        assert f">Twin &lt;{member.user.email}&gt;</option>" in page


def test_only_people_who_acted_here_can_be_picked(kh, company, changes):
    assert kh.get(url(company), {"person": UserFactory().pk}).status_code == 422


def test_only_integrations_listed_here_can_be_picked(kh, company, changes):
    custom = IntegrationFactory(custom=True, name_en="Hidden Bridge")
    page = kh.get(url(company), {"integration": custom.public_id})
    assert page.status_code == 422
    assert "Hidden Bridge" not in page.text


VERBS = {
    "rights:allow": Kind.RIGHTS,
    "identifier:show": Kind.IDENTIFIERS,
    "membership:edit": Kind.PEOPLE,
    "user:password": Kind.OTHER,
    "company:move": Kind.OTHER,
    "odd": Kind.OTHER,
}


@pytest.mark.parametrize(("verb", "kind"), [*product(VERBS, Kind)])
def test_each_kind_finds_its_verbs_and_no_others(kh, company, verb, kind):
    happened(company, verb, "Someone special", pk=None)
    assert kind_of(verb) is VERBS[verb]
    assert ("Someone special" in lines(kh, company, kind=kind)) is (VERBS[verb] is kind)


def at(company, when, name):
    AuditEvent.objects.create(
        at=when, actor="A", verb="odd:thing", subject=name, company_id=company.pk
    )


def test_a_period_holds_its_first_and_last_day(kh, company):
    zone = timezone.get_current_timezone()
    at(company, datetime(2026, 3, 1, 23, 59, 59, tzinfo=zone), "Before")
    at(company, datetime(2026, 3, 2, 0, 0, tzinfo=zone), "First")
    at(company, datetime(2026, 3, 3, 23, 59, 59, 999_999, tzinfo=zone), "Last")
    at(company, datetime(2026, 3, 4, 0, 0, tzinfo=zone), "After")
    found = lines(kh, company, since="2026-03-02", until="2026-03-03")
    assert [name for name in ("Before", "First", "Last", "After") if f"{name}:" in found] == [
        "First",
        "Last",
    ]


def test_filters_hold_together_and_stay_in_the_address(kh, company, changes):
    severa, _other = changes
    asked = {"resource": "customer.nv", "integration": severa.public_id, "kind": "rights"}
    asked |= {
        "since": str(timezone.localdate()),
        "until": str(timezone.localdate() + timedelta(days=2)),
    }
    page = kh.get(url(company), asked)
    assert 'value="customer.nv"' in page.text
    assert f'value="{severa.public_id}" selected' in page.text
    assert f"csv/?resource=customer.nv&amp;integration={severa.public_id}" in page.text


NONSENSE = {
    "resource": ["\0", "x" * 9_000],
    "person": ["0", "x", "9" * 30, "\0"],
    "integration": ["x", "0" * 16, "\0"],
    "kind": ["x", "\0"],
    "since": ["x", "2026-13-01", "0001-01-01", "99999-01-01", "\0"],
    "until": ["9999-12-31", "31.12.2026"],
    "after": ["x", "0", "[0]", "[-1]", '["x"]', "[1, 2]", "[1e999]", f"[{'9' * 40}]", "\0"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in NONSENSE.items() for value in values]
)
@pytest.mark.parametrize("rest", ["", "csv/"])
def test_nonsense_is_said_at_the_field(kh, company, name, value, rest):
    page = kh.get(url(company, rest), {name: value})
    assert page.status_code == 422
    if name != "after":
        assert f'id="f-{name}_error"' in page.text


def test_a_period_must_not_end_before_it_begins(kh, company):
    page = kh.get(url(company), {"since": "2026-03-02", "until": "2026-03-01"})
    assert page.status_code == 422
    assert page.text.count("The end date must not be before the start date.") == 1


sets = st.sets(st.integers(0, 255), max_size=6).map(ResourceSet)


@given(stored=st.lists(st.tuples(sets, sets), max_size=6), wanted=sets)
@settings(max_examples=60)
def test_the_database_finds_what_a_set_meets(company, stored, wanted):
    made = [
        happened(company, "rights:set", "x", added=bytes(added), removed=bytes(removed))
        for added, removed in stored
    ]
    happened(company, "odd:thing", "without sets")
    events = AuditEvent.objects.filter(pk__in=[event.pk for event in made])
    touching = {event.pk for event in events.touching(bytes(wanted))}
    adding = {event.pk for event in events.adding(bytes(wanted))}
    pairs = list(zip(made, stored, strict=True))
    assert touching == {event.pk for event, (a, r) in pairs if (a | r) & wanted}
    assert adding == {event.pk for event, (a, _) in pairs if a & wanted}


def test_a_filter_says_how_many_it_found(kh, company, catalogue, severa, change):
    change(severa, "customer.nv")
    change(severa, "salesinvoice.nv")
    assert "found</p>" not in kh.get(url(company)).text
    assert "1 change found" in kh.get(url(company), {"resource": "customer.nv"}).text
    assert "2 changes found" in kh.get(url(company), {"kind": "rights"}).text
