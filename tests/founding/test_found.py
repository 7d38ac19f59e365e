"""Founding a company or an office: its first person comes in by an invitation, never otherwise."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.companies.models import AccountingOffice, Company, Membership
from apps.companies.rules import Function, Level
from apps.people.models import Invitation
from tests.factories import AccountingOfficeFactory, MembershipFactory, UserFactory
from tests.work import mails

pytestmark = pytest.mark.django_db
ASKED = {
    "business_id": "90000011",
    "name": "Real Bakery Oy",
    "package": "premium",
    "administrator": "kaisa@bakery.example",
}
ADMIN = "/admin/companies/{}/found/"
PASSWORDS = {"name": "Kaisa", "password": "a-fine-passphrase", "again": "a-fine-passphrase"}


def found(what="company", **options):
    out = StringIO()
    asked = {**ASKED, "site": "https://rights.example", **options}
    call_command(f"found_{what}", **asked, stdout=out)
    return out.getvalue()


@pytest.fixture
def staff(sign_in):
    return sign_in(User.objects.create_superuser("staff@test.example", name="Staff"))


def accept(text):
    """Come with the link of a mail, and make an account."""
    client = Client()
    client.get(re.search(r"https?://[^/]+(/invitations/\S+)", text)[1])
    return client.post("/invitations/", PASSWORDS)


def test_the_first_administrator_comes_in_by_a_mail_and_may_do_everything():
    assert "An invitation to Real Bakery Oy was made" in found()
    assert not Membership.objects.exists()
    [mail] = mails()
    assert mail.to == ["kaisa@bakery.example"]
    assert "https://rights.example/invitations/" in mail.body
    assert accept(mail.body)["Location"] == "/companies/9000001-1/"
    member = Membership.objects.get()
    assert (member.user.email, member.roles) == ("kaisa@bakery.example", {"KH"})
    assert member.levels == dict.fromkeys(Function, Level.EDIT)


def test_whoever_founds_an_office_serves_it_and_belongs_to_it():
    found("office")
    [mail] = mails()
    accept(mail.body)
    office, member = AccountingOffice.objects.get(), Membership.objects.get()
    assert office.name == "Real Bakery Oy"
    assert list(office.people.all()) == [member.user]
    assert member.company.office == office
    assert member.roles == {"TPK", "KH", "KP"}


@pytest.mark.parametrize("what", ["company", "office"])
def test_a_second_run_changes_nothing_and_says_so(what):
    found(what)
    events = AuditEvent.objects.count()
    assert "Nothing was changed" in found(what)
    assert (AuditEvent.objects.count(), Invitation.objects.count()) == (events, 1)
    assert len(mails()) == 1


def test_a_second_run_after_accepting_changes_nothing_either():
    found()
    accept(mails()[0].body)
    assert "Nothing was changed" in found()
    assert Membership.objects.count() == 1


def test_the_link_is_printed_only_when_asked_for():
    assert "/invitations/" not in found()
    Invitation.objects.all().delete()
    out = found(print_link=True)
    assert "Whoever opens this link" in out
    assert accept(out).status_code == 302
    assert not any("invitations" in str(vars(event)) for event in AuditEvent.objects.all())


def test_the_audit_says_that_the_operator_did_it():
    found()
    events = AuditEvent.objects.order_by("pk")
    assert [(one.actor, one.verb) for one in events] == [
        ("operator", "company:found"),
        ("operator", "membership:invite"),
    ]


def test_all_mistakes_are_told_at_once():
    wrong = {"business_id": "9000001-2", "name": "", "package": "gold", "administrator": "kaisa"}
    with pytest.raises(CommandError) as refused:
        found(**wrong)
    told = str(refused.value)
    assert all(f"--{name.replace('_', '-')}: " in told for name in wrong)
    assert not Company.objects.exists()


def test_what_exists_otherwise_is_not_changed():
    found()
    for name, value in (("name", "Other Oy"), ("package", "core"), ("office", "Nobody's")):
        with pytest.raises(CommandError, match=f"--{name}: "):
            found(**{name: value})
    assert Company.objects.get().name == "Real Bakery Oy"


def test_a_command_without_an_address_of_the_pages_says_so(settings):
    settings.ALLOWED_HOSTS = ["*"]
    with pytest.raises(CommandError, match="--site"):
        found(site="")
    assert not Company.objects.exists()


def test_site_staff_found_a_company_by_a_short_form(staff):
    office = AccountingOfficeFactory()
    assert ADMIN.format("company") in staff.get("/admin/companies/company/").text
    assert "Email of the first user administrator" in staff.get(ADMIN.format("company")).text
    response = staff.post(ADMIN.format("company"), {**ASKED, "office": office.name}, follow=True)
    assert "An invitation to Real Bakery Oy was made for kaisa@bakery.example" in response.text
    assert Company.objects.get().office == office
    assert {one.actor for one in AuditEvent.objects.all()} == {"Staff <staff@test.example>"}
    assert "http://testserver/invitations/" in mails()[0].body


def test_site_staff_found_an_office_by_a_short_form(staff):
    assert ADMIN.format("accountingoffice") in staff.get("/admin/companies/accountingoffice/").text
    assert staff.post(ADMIN.format("accountingoffice"), ASKED).status_code == 302
    assert Invitation.objects.get().office.name == "Real Bakery Oy"
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert verbs == {"accountingoffice:add", "company:found", "membership:invite"}


def test_mistakes_stand_at_the_fields_and_nothing_typed_is_lost(staff):
    wrong = {**ASKED, "business_id": "9000001-2", "office": "Nobody's"}
    response = staff.post(ADMIN.format("company"), wrong)
    assert response.status_code == 422
    assert "is not a valid business ID" in response.text
    assert "Real Bakery Oy" in response.text
    response = staff.post(ADMIN.format("company"), {**ASKED, "office": "Nobody's"})
    assert (response.status_code, Company.objects.count()) == (422, 0)
    assert "There is no accounting office with this name" in response.text


def test_others_found_nothing(sign_in):
    limited = sign_in(UserFactory(is_staff=True))
    assert limited.post(ADMIN.format("company"), ASKED).status_code == 403
    assert sign_in(MembershipFactory().user).post(ADMIN.format("company"), ASKED).status_code == 302
    assert not Company.objects.filter(business_id="9000001-1").exists()


def test_the_list_of_users_names_who_invited(sign_in):
    found()
    editor = MembershipFactory(company=Company.objects.get(), editor=True)
    editor.levels = {"users_and_roles": "edit"}
    editor.save()
    page = sign_in(editor.user).get("/companies/9000001-1/users/").text
    assert "Site staff" in page
