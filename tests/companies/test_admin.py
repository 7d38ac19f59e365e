"""Django admin, for site staff alone; each save leaves an audit event."""

import re
import tomllib

import pytest

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.companies.models import Company, FormerMember, Membership
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import ResourceSet
from apps.security.models import SecurityEvent
from apps.security.rules import Verb
from tests.factories import (
    AccountingOfficeFactory,
    CompanyFactory,
    IntegrationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(sign_in):
    return sign_in(User.objects.create_superuser("staff@test.example", name="Staff"))


def saved(response):
    assert response.status_code == 302, response.context["adminform"].form.errors
    return response


def test_others_are_sent_away(sign_in, editor):
    response = sign_in(editor.user).get("/admin/")
    assert response.status_code in (302, 403)


def test_a_company_is_added_with_its_id_checked_and_an_event(staff):
    wrong = {"business_id": "9000001-2", "name": "New", "package": "premium"}
    assert "is not a valid business ID" in staff.post("/admin/companies/company/add/", wrong).text
    saved(staff.post("/admin/companies/company/add/", {**wrong, "business_id": "90000011"}))
    assert Company.objects.get().business_id == "9000001-1"
    assert AuditEvent.objects.get().verb == "company:found"


@pytest.mark.parametrize(("sent", "kept"), [("14", 14), ("", 0)])
def test_a_company_gets_days_to_set_up_passkeys(staff, sent, kept):
    what = {"business_id": "90000011", "name": "New", "package": "premium", "factor_days": sent}
    saved(staff.post("/admin/companies/company/add/", what))
    assert Company.objects.get().factor_days == kept


def test_a_membership_is_made_with_roles_and_levels(staff):
    user, company = UserFactory(), CompanyFactory()
    FormerMember.objects.create(user=user, company=company)
    form = staff.get("/admin/companies/membership/add/").context["adminform"].form
    data = {name: field.initial or "" for name, field in form.fields.items()}
    data |= {"user": user.pk, "company": company.pk, "roles": ["KH", "P"]}
    data |= {"interface_resources": "edit", "valid_from_0": "", "valid_until_0": ""}
    saved(staff.post("/admin/companies/membership/add/", data))
    member = Membership.objects.get()
    assert member.roles == {"KH", "P"}
    assert member.levels == {"interface_resources": "edit"}
    event = AuditEvent.objects.get()
    assert (event.verb, event.company_id) == ("membership:add", company.pk)
    assert not FormerMember.objects.exists()


def test_the_people_of_an_office_are_audited_by_name(staff):
    old, new = UserFactory(name="Olga"), UserFactory(name="Nina")
    office = AccountingOfficeFactory(name="Office")
    office.people.add(old)
    url = f"/admin/companies/accountingoffice/{office.pk}/change/"
    saved(staff.post(url, {"name": "Office", "people": [new.pk]}))
    event = AuditEvent.objects.get()
    assert (event.before, event.after) == ({"people": [str(old)]}, {"people": [str(new)]})


def test_nothing_is_deleted(staff):
    company = CompanyFactory()
    assert staff.get(f"/admin/companies/company/{company.pk}/delete/").status_code == 403


def test_what_comes_from_files_is_read_only(staff, catalogue):
    resource = catalogue.by_code["customer.nv"]
    url = f"/admin/resources/interfaceresource/{resource.pk}/change/"
    assert staff.post(url, {"name_en": "Changed"}).status_code == 403
    shown = IntegrationFactory(code="from-file")
    assert staff.post(f"/admin/resources/integration/{shown.pk}/change/", {}).status_code == 403


@pytest.fixture
def fields(catalogue):
    customer = catalogue.by_code["customer.nv"].pk
    picked = {"limited": "on", "limited_to": [customer], "needs": [customer]}
    return {"kind": "custom", "name_en": "Own bridge", **picked}


def test_a_custom_integration_gets_its_keys_there_and_shows_them_once(staff, fields):
    response = staff.post("/admin/resources/integration/add/", fields, follow=True)
    made = Integration.objects.get()
    assert made.access_key in response.text
    partner_key = made.partner_key.reveal()
    assert partner_key in response.text
    assert "no-store" in response["Cache-Control"]
    assert len(partner_key) == len(made.access_key) == 32
    again = staff.get("/admin/resources/integration/partner-key/").text
    assert "already been shown" in again
    shown = SecurityEvent.objects.get(verb=Verb.KEY_SHOWN)  # once, as the key was
    assert (shown.about, shown.address is not None) == ("Own bridge", True)
    later = staff.get(f"/admin/resources/integration/{made.pk}/change/").text
    assert made.access_key in later
    assert partner_key not in again + later
    assert list(made.available_only) == list(made.needed) == [0]
    assert Integration.objects.count() == 1


def test_the_names_of_an_integration_are_names(staff, fields):
    add = "/admin/resources/integration/add/"
    named = [(name, "name_en") for name in ("\u200b\u2060", "\u202e")]
    named += [("- 7 -", field) for field in ("name_en", "name_fi", "name_sv", "vendor")]
    for name, field in named:
        assert staff.post(add, {**fields, field: name}).status_code == 200
    assert not Integration.objects.exists()
    staff.post(
        add, {**fields, "name_en": "Own\u200b\u202e  brid\xadge", "vendor": " Own\ufeff Oy "}
    )
    made = Integration.objects.get()
    assert (made.name_en, made.vendor) == ("Own bridge", "Own Oy")


def test_the_partner_key_is_stored_encrypted_and_in_no_event(staff, fields):
    from django.db import connection

    staff.post("/admin/resources/integration/add/", fields)
    key = Integration.objects.get().partner_key.reveal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT partner_key FROM resources_integration")
        assert key not in cursor.fetchone()[0]
        cursor.execute("SELECT * FROM audit_auditevent")
        assert key not in str(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_a_new_partner_key_replaces_the_old_one(staff, fields):
    staff.post("/admin/resources/integration/add/", fields)
    old = Integration.objects.get()
    data = {"action": "issue_partner_key", "_selected_action": [old.pk]}
    response = staff.post("/admin/resources/integration/", data, follow=True)
    new = Integration.objects.get().partner_key.reveal()
    assert new != old.partner_key.reveal()
    assert new in response.text
    assert AuditEvent.objects.filter(verb="integration:key").exists()


def test_taking_away_availability_is_audited(staff, fields):
    staff.post("/admin/resources/integration/add/", {**fields, "limited": "", "limited_to": []})
    made = Integration.objects.get()
    assert made.available_only is None
    saved(staff.post(f"/admin/resources/integration/{made.pk}/change/", fields))
    event = AuditEvent.objects.filter(verb="integration:change").get()
    assert event.before["limited_to"] == []
    assert event.after["limited_to"] == ["customer.nv"]


def test_a_limited_integration_stays_limited_when_its_resources_retire(staff, fields, catalogue):
    staff.post("/admin/resources/integration/add/", fields)
    made = Integration.objects.get()
    InterfaceResource.objects.update(retired=True)
    form = {**fields, "name_en": "Renamed"}
    saved(staff.post(f"/admin/resources/integration/{made.pk}/change/", form))
    made.refresh_from_db()
    assert list(made.available_only) == [0]
    empty = {**fields, "limited_to": []}
    saved(staff.post(f"/admin/resources/integration/{made.pk}/change/", empty))
    made.refresh_from_db()
    assert made.available_only == ResourceSet()


def test_integrations_from_files_show_their_sets(staff, catalogue):
    shown = IntegrationFactory(code="from-file", available_only=ResourceSet([0]))
    text = staff.get(f"/admin/resources/integration/{shown.pk}/change/").text
    assert "customer.nv" in text


def test_somebody_elses_password_is_set_with_an_event(staff):
    user = UserFactory()
    new = {"password1": "long-enough-passphrase", "password2": "long-enough-passphrase"}
    staff.post(f"/admin/accounts/user/{user.pk}/password/", {**new, "usable_password": "true"})
    user.refresh_from_db()
    assert user.check_password("long-enough-passphrase")
    assert AuditEvent.objects.get().verb == "user:password"


def test_emails_are_kept_in_lower_case(staff):
    data = {"email": "Ann@Test.Example", "name": "Ann", "usable_password": "true"}
    data |= {"password1": "long-enough-passphrase", "password2": "long-enough-passphrase"}
    saved(staff.post("/admin/accounts/user/add/", data))
    assert User.objects.get(name="Ann").email == "ann@test.example"


def test_a_membership_keeps_its_person_and_company(staff, editor):
    other = CompanyFactory()
    form = staff.get(f"/admin/companies/membership/{editor.pk}/change/").context["adminform"].form
    data = {
        name: form.initial.get(name, field.initial) or "" for name, field in form.fields.items()
    }
    data |= {"company": other.pk, "roles": ["KH"], "valid_from_0": "", "valid_until_0": ""}
    saved(staff.post(f"/admin/companies/membership/{editor.pk}/change/", data))
    editor.refresh_from_db()
    assert editor.company != other


def test_a_person_is_added_without_the_password_in_the_event(staff):
    data = {"email": "new@test.example", "name": "New", "usable_password": "true"}
    data |= {"password1": "long-enough-passphrase", "password2": "long-enough-passphrase"}
    saved(staff.post("/admin/accounts/user/add/", data))
    assert User.objects.filter(email="new@test.example").exists()
    assert "passphrase" not in str(AuditEvent.objects.values().get())


def test_a_person_without_a_password_is_added_and_signs_in_after_a_reset(staff):
    assert 'name="usable_password"' in staff.get("/admin/accounts/user/add/").text
    data = {"email": "new@test.example", "name": "New", "usable_password": "false"}
    saved(staff.post("/admin/accounts/user/add/", data))
    assert not User.objects.get(email="new@test.example").has_usable_password()
    assert AuditEvent.objects.get().verb == "user:add"


def test_names_of_nothing_and_second_spellings_are_refused_here_too(staff):
    data = {"email": "new@b\u00fccher.example", "name": "\u200b", "usable_password": "false"}
    assert "is required" in staff.post("/admin/accounts/user/add/", data).text
    saved(staff.post("/admin/accounts/user/add/", data | {"name": "New"}))
    again = data | {"name": "New", "email": "NEW@xn--bcher-kva.example"}
    assert "already exists" in staff.post("/admin/accounts/user/add/", again).text


def test_pages_have_titles_and_long_lists_a_filter(staff, catalogue):
    text = staff.get("/admin/resources/integration/add/").text
    assert re.search(r"<title>\s*Add integration\s*·\s*Netvisor Rights\s*</title>", text)
    assert text.count("selectfilter") == 2


def test_the_administration_says_which_version_it_is(staff, settings):
    version = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"][
        "version"
    ]
    assert f"Netvisor Rights {version}</a>" in staff.get("/admin/").text
