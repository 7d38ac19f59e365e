"""What happened in a company, newest first, in words."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.audit.services import Entry, record
from apps.companies.access import enter
from apps.companies.rules import Function, Level, Role
from apps.history.page import PAGE_SIZE
from apps.identifiers import services as identifiers
from apps.identifiers.services import Wanted
from apps.resources.rules import ResourceSet
from apps.rights import services
from apps.rights.rules import LEAVE
from tests.factories import CompanyFactory, IntegrationFactory, MembershipFactory, set_of
from tests.files import text_of
from tests.history.helpers import happened, url, words


def test_one_resource_is_told_with_what_was_before(kh, company, severa, change):
    change(severa, "customer.nv")
    change(severa, "customer.nv", allow=False)
    page = words(kh.get(url(company)))
    assert (
        "Severa: added to the list, Import customer details allowed Edith Editor · Blocked before"
        in page
    )
    assert "Severa: Import customer details blocked Edith Editor · Allowed before" in page


def test_the_newest_comes_first(kh, company, severa, change):
    change(severa, "customer.nv")
    change(None, "employee.nv")
    page = words(kh.get(url(company)))
    assert page.index("General access rights: Import an employee") < page.index(
        "Severa: added to the list"
    )


def test_a_section_is_one_line_that_unfolds(kh, company, severa, change):
    change(severa, "customer.nv", "customerlist.nv", "salesinvoice.nv")
    page = kh.get(url(company))
    assert "3 resources of Sales allowed" in words(page)
    assert page.text.count('<details class="unfold">') == 1
    assert "<li>Get customer list <code>customerlist.nv</code></li>" in page.text


def test_resources_of_several_sections_are_counted(kh, company, severa, change):
    change(severa, "customer.nv", "employee.nv")
    assert "Severa: added to the list, 2 resources allowed" in words(kh.get(url(company)))


def test_what_was_allowed_and_blocked_at_once_stands_under_headings(kh, company, severa):
    added, removed = bytes(ResourceSet([0])), bytes(ResourceSet([3, 4]))
    happened(
        company,
        "rights:set",
        "Severa",
        kind="integration",
        pk=severa.pk,
        added=added,
        removed=removed,
    )
    page = words(kh.get(url(company)))
    assert "Severa: Import customer details allowed, 2 resources of Salaries blocked" in page
    assert "Allowed, blocked before Import customer details" in page


def test_blocking_all_traffic_is_one_line(kh, company, access, catalogue, severa, change):
    change(severa, "customer.nv", "employee.nv")
    change(None, "customer.nv")
    change(IntegrationFactory(), "customer.nv")
    services.block_traffic(access=access)
    page = words(kh.get(url(company)))
    line = "General access rights and 2 integrations: API traffic blocked, 4 resources"
    assert page.count(line) == 1
    assert "Severa: API traffic blocked, 2 resources blocked" in page


def test_a_bulk_change_says_how_many_companies_but_not_which(kh, company, access, severa):
    bulk_id, other = uuid4(), CompanyFactory(name="Secret Neighbour")
    for one in (company, other, CompanyFactory()):
        happened(one, "rights:allow", "Severa", bulk_id=bulk_id, reason="Ticket 1182")
    page = words(kh.get(url(company)))
    assert "Paula Person · in a bulk change of 3 companies · Reason: Ticket 1182" in page
    assert "Secret Neighbour" not in page


def test_what_was_made_as_one_stands_once_over_pages(kh, company, access):
    integrations = IntegrationFactory.create_batch(3)
    bulk_id = uuid4()
    entries = [
        Entry("rights:close", "integration", one.pk, one.name_en, bulk_id=bulk_id)
        for one in integrations
    ]
    record(access.scene, entries)
    for number in range(PAGE_SIZE - 1):
        happened(company, "odd:thing", f"Thing {number}")
    first = kh.get(url(company))
    assert words(first).count("3 integrations: API traffic blocked") == 1
    assert "Older changes" not in first.text


def test_what_was_made_as_one_stands_where_it_ended(kh, company):
    bulk_id = uuid4()
    for subject, one in (("First", bulk_id), ("Between", None), ("Last", bulk_id)):
        happened(company, "odd:thing", subject, bulk_id=one)
    page = words(kh.get(url(company)))
    assert page.index("Last: odd:thing") < page.index("Between: odd:thing")


def test_pages_go_on_below_the_last_line(kh, company):
    for number in range(PAGE_SIZE + 1):
        happened(company, "odd:thing", f"Thing {number:03}")
    first = kh.get(url(company))
    older = re.search(r'href="([^"]+after=[^"]+)"', first.text)[1]
    assert "Thing 050" in first.text
    assert "Thing 000" not in first.text
    second = words(kh.get(unescape(older)))
    assert "Thing 000" in second
    assert "Thing 001" not in second


def test_nothing_of_another_company_is_shown(kh, company):
    happened(CompanyFactory(), "odd:thing", "Theirs")
    assert "Theirs" not in kh.get(url(company)).text
    assert "Nothing has been changed yet." in kh.get(url(company)).text


def test_an_identifier_is_told_without_its_key(kh, company, access, severa, change):
    change(severa, "customer.nv")
    made = identifiers.create(access, Wanted(note="Hours", integration=severa), once=uuid4())
    _identifier, key = identifiers.reveal(access, made.pk, verb="identifier:show")
    page = kh.get(url(company))
    assert f"{made.user_id}: identifier created" in words(page)
    assert "Purpose: API · Note: Hours · Integration: Severa" in words(page)
    assert f"{made.user_id}: Key shown" in words(page)
    assert key not in page.text


def test_a_custom_integration_of_elsewhere_stays_unnamed(kh, company, access):
    hidden = IntegrationFactory(custom=True, name_en="Hidden Bridge")
    identifiers.create(access, Wanted(integration=hidden), once=uuid4())
    page = kh.get(url(company))
    assert "Integration: a custom integration" in words(page)
    assert "Hidden Bridge" not in page.text
    assert hidden.public_id not in page.text


def test_a_persons_rights_are_told_before_and_after(kh, company):
    before = {"roles": ["KP"], "levels": {"vouchers": "view"}, "valid_until": None}
    after = {"roles": [], "levels": {"vouchers": "edit", "payroll": "edit"}}
    happened(company, "membership:edit", "Ann Able <a@x.example>", before=before, after=after)
    page = words(kh.get(url(company)))
    assert "Ann Able: access rights changed" in page
    assert "Roles: none (before: Accountant (KP))" in page
    assert "Vouchers: edit (before: view) · Payroll: edit (before: none)" in page


@pytest.mark.parametrize("verb", ["membership:edit", "odd:thing"])
@pytest.mark.parametrize("roles", [["KP"], ["KH"]])
def test_a_period_alone_is_told_as_such(kh, company, verb, roles):
    before = {"roles": ["KP"], "levels": {}, "valid_until": None}
    after = before | {"roles": roles, "valid_until": "2026-03-01T10:00:00+00:00"}
    happened(company, verb, "Ann Able", before=before, after=after)
    alone = verb == "membership:edit" and roles == ["KP"]
    assert ("Ann Able: validity period changed" in words(kh.get(url(company)))) is alone


def test_an_ended_access_is_told_as_such(kh, company):
    before, after = {"valid_until": None}, {"valid_until": "2026-03-01T10:00:00+00:00"}
    happened(company, "membership:end", "Ann Able", before=before, after=after)
    assert "Ann Able: access ended" in words(kh.get(url(company)))


def test_all_functions_at_one_level_are_one_fact(kh, company):
    levels = dict.fromkeys(Function, Level.EDIT)
    happened(company, "membership:add", "Ann Able", after={"roles": ["KH"], "levels": levels})
    page = words(kh.get(url(company)))
    assert "Roles: User administrator (KH) · All functions: edit" in page


def test_resources_left_blocked_are_counted(kh, company, severa):
    left = bytes(ResourceSet([0, 1]))
    happened(company, "rights:leave", "Severa", kind="integration", pk=severa.pk, removed=left)
    page = words(kh.get(url(company), {"resource": "customerlist.nv"}))
    assert "Severa: 2 resources left blocked Import customer details" in page
    assert "Allowed before" not in page
    assert "customer.nv customerlist.nv" in text_of(kh.get(url(company, "csv/")))


@pytest.mark.parametrize(
    "facts", [None, [], "text", {"roles": "x", "levels": 3, "valid_until": "?"}]
)
@pytest.mark.parametrize("verb", ["odd:thing", "rights:odd", "membership:change", "rights:leave"])
def test_what_nobody_foresaw_is_shown_all_the_same(kh, company, verb, facts):
    happened(company, verb, "Some <thing>", pk=None, before=facts, after=facts)
    assert kh.get(url(company)).status_code == 200
    assert kh.get(url(company, "csv/")).status_code == 200


def test_an_unknown_verb_is_its_own_word(kh, company):
    happened(company, "odd:thing", "Something")
    assert "Something: odd:thing" in words(kh.get(url(company)))


def test_days_are_headings(kh, company):
    at = timezone.now() - timedelta(days=400)
    AuditEvent.objects.create(
        at=at, actor="A", verb="odd:thing", subject="Old", company_id=company.pk
    )
    happened(company, "odd:thing", "New")
    found = re.findall(r'<h2 class="day">([^<]+)</h2>', kh.get(url(company)).text)
    assert len(found) == 2
    assert str(timezone.localtime(at).year) in found[1]


def test_an_auditor_looks_and_is_offered_nothing(sign_in, company, severa, change):
    change(severa, "customer.nv")
    auditor = MembershipFactory(company=company, roles=[Role.TT])
    page = sign_in(auditor.user).get(url(company))
    assert "Import customer details allowed" in page.text
    assert 'name="event"' not in page.text


def test_the_office_of_who_acted_is_named(kh, company, severa, change):
    tpk = MembershipFactory(company=company, editor=True, roles=[Role.TPK], user__name="Tina")
    change(severa, "customer.nv", by=enter(tpk, tpk.user, locked=True))
    assert f"Tina, {company.office.name} · Blocked before" in words(kh.get(url(company)))


def test_the_company_home_shows_the_last_changes(
    kh, company, severa, change, sign_in, access, catalogue
):
    change(None, "customer.nv")
    for code in ("customer.nv", "employee.nv"):
        change(severa, code)
    home = f"/companies/{company.business_id}/"
    assert "Severa: Import an employee allowed Edith Editor" in words(kh.get(home))
    services.block_traffic(access=access)
    folded = "General access rights and 1 integration: API traffic blocked, 3 resources"
    assert words(kh.get(home)).count("traffic blocked") == 1
    assert folded in words(kh.get(home))
    plain = MembershipFactory(company=company)
    assert "Recent changes" not in sign_in(plain.user).get(home).text


def test_about_a_resource_says_who_allowed_it(kh, company, severa, catalogue, change):
    change(severa, *["customer.nv", "customerlist.nv"])
    change(severa, "employee.nv")
    about = f"/companies/{company.business_id}/interface-resources/about/"
    picked = {"integration": severa.public_id, "resource": "customer.nv"}
    assert "Allowed by Edith Editor, " in words(kh.get(about, picked))
    assert "history/?resource=customer.nv" in kh.get(about, picked).text
    change(severa, "customer.nv", allow=False)
    left = set_of(catalogue, ["customer.nv"])
    happened(company, LEAVE, "Severa", kind="integration", pk=severa.pk, removed=bytes(left))
    assert "Allowed by" not in words(kh.get(about, picked))
    assert "Blocked by Edith Editor, " in words(kh.get(about, picked))


def test_about_a_resource_of_an_unlisted_integration_means_the_general_rights(
    kh, company, severa, change
):
    change(None, "customer.nv")
    about = f"/companies/{company.business_id}/interface-resources/about/"
    picked = {"integration": severa.public_id, "resource": "customer.nv"}
    assert "Allowed by" in words(kh.get(about, picked))
    change(severa, "employee.nv")
    assert "Allowed by" not in words(kh.get(about, picked))


def test_positions_that_the_catalogue_lost_are_still_counted(kh, company, catalogue):
    gone = bytes(ResourceSet([200]) | set_of(catalogue, ["customer.nv"]))
    happened(company, "rights:allow", "General", kind="general", pk=None, added=gone)
    assert "2 resources allowed" in words(kh.get(url(company)))
