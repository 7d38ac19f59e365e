"""Moving a company between accounting offices, in Django admin."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from tests.factories import AccountingOfficeFactory, CompanyFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(sign_in):
    return sign_in(User.objects.create_superuser("staff@test.example", name="Staff"))


@pytest.fixture
def company(db):
    return CompanyFactory(name="Test Bakery", office__name="Old Office")


@pytest.fixture
def new(db):
    return AccountingOfficeFactory(name="New Office")


@pytest.fixture
def tpk(company):
    return MembershipFactory(company=company, roles=["TPK", "KH"], user__name="Olga Old")


@pytest.fixture
def url(company):
    return f"/admin/companies/company/{company.pk}/move/"


def ended(member):
    member.refresh_from_db()
    return member.ended


def test_memberships_of_the_old_office_are_listed_and_no_others(staff, company, url, tpk):
    of_office = MembershipFactory(company=company, user__name="Pia Person")
    company.office.people.add(of_office.user, UserFactory(name="Nora Nomember"))
    MembershipFactory(company=company, user__name="Kim Company", roles=["KH"])
    MembershipFactory(company=company, user__name="Eva Ended", roles=["TPK"], ended=True)
    text = staff.get(url).text
    assert "Olga Old" in text
    assert "Pia Person" in text
    assert not {"Nora Nomember", "Kim Company", "Eva Ended"} & set(text.split("&"))
    assert "checked" not in text


def test_each_membership_is_kept_or_ended_with_its_event(staff, company, url, tpk, new):
    kept = MembershipFactory(company=company, roles=["TPK", "KH"])
    sent = {"office": new.pk, f"member-{tpk.pk}": "end", f"member-{kept.pk}": "keep"}
    assert staff.post(url, sent).status_code == 302
    company.refresh_from_db()
    assert company.office == new
    assert ended(tpk)
    assert not ended(kept)
    moved, end = AuditEvent.objects.order_by("pk")
    assert (moved.verb, moved.company_id) == ("company:move", company.pk)
    assert (moved.before, moved.after) == ({"office": "Old Office"}, {"office": "New Office"})
    assert (end.verb, end.subject_id, end.company_id) == (
        "membership:end",
        tpk.user.pk,
        company.pk,
    )


def test_every_membership_needs_an_answer(staff, company, url, tpk, new):
    for answer in ({}, {f"member-{tpk.pk}": "nonsense"}):
        assert staff.post(url, {"office": new.pk, **answer}).status_code == 422
    company.refresh_from_db()
    assert company.office.name == "Old Office"
    assert not ended(tpk)
    assert not AuditEvent.objects.exists()


def test_the_same_office_again_is_no_move(staff, company, url):
    answer = staff.post(url, {"office": company.office.pk, "deliberate": "on"})
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.text
    assert "Old Office</option>" not in staff.get(url).text


def test_leaving_every_office_has_to_be_picked(staff, company, url, tpk):
    sent = {f"member-{tpk.pk}": "keep"}
    assert staff.post(url, {"office": "", **sent}).status_code == 422
    assert staff.post(url, sent).status_code == 422
    company.refresh_from_db()
    assert company.office.name == "Old Office"
    assert staff.post(url, {"office": "none", **sent}).status_code == 302
    company.refresh_from_db()
    assert company.office is None


def test_a_company_without_office_gets_one(staff, company, url, new):
    company.office = None
    company.save()
    MembershipFactory(company=company, editor=True)
    assert "No accounting office</option>" not in staff.get(url).text
    assert staff.post(url, {"office": new.pk}).status_code == 302
    company.refresh_from_db()
    assert company.office == new


def test_a_company_is_never_left_alone_without_saying_so(staff, company, url, tpk, new):
    MembershipFactory(company=company, roles=["KH"], levels={})
    sent = {"office": new.pk, f"member-{tpk.pk}": "end"}
    assert "deliberate" not in staff.get(url).text
    answer = staff.post(url, sent)
    assert 'name="deliberate"' in answer.text
    assert answer.status_code == 422
    assert "Nobody in this company would have the role KH or TPK" in answer.text
    assert not ended(tpk)
    assert staff.post(url, {**sent, "deliberate": "on"}).status_code == 302
    assert ended(tpk)


def test_a_membership_that_has_not_begun_never_begins(staff, company, url, new):
    MembershipFactory(company=company, roles=["KH"])
    later = MembershipFactory(
        company=company, roles=["TPK"], valid_from=timezone.now() + timedelta(days=3)
    )
    assert staff.post(url, {"office": new.pk, f"member-{later.pk}": "end"}).status_code == 302
    assert ended(later)
    assert later.valid_from is None
    end = AuditEvent.objects.get(verb="membership:end")
    assert end.before["valid_from"]
    assert end.after["valid_from"] is None


def test_the_ordinary_form_moves_nothing_and_leads_there(staff, company, url, new):
    change = f"/admin/companies/company/{company.pk}/change/"
    assert url in staff.get(change).text
    sent = {"name": "Renamed", "business_id": company.business_id, "package": "core"}
    staff.post(change, {**sent, "office": new.pk})
    company.refresh_from_db()
    assert (company.name, company.office.name) == ("Renamed", "Old Office")


def test_site_staff_without_the_right_and_others_are_sent_away(sign_in, url, tpk):
    clerk = UserFactory(is_staff=True)
    assert sign_in(clerk).get(url).status_code == 403
    assert sign_in(tpk.user).get(url).status_code in (302, 403)


def test_an_unknown_company_is_not_found(staff):
    assert staff.get("/admin/companies/company/999999/move/").status_code == 404
