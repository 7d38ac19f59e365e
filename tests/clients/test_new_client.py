"""Founding a client company."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import AuditEvent
from apps.clients.services import found_company
from apps.companies.models import Company, Membership
from apps.companies.rules import Function
from tests.factories import AccountingOfficeFactory, MembershipFactory, UserFactory
from tests.world import SERVING

pytestmark = pytest.mark.django_db
NEW = "/office/new/"
SENT = {"name": "New Bakery", "business_id": "9999980-2", "package": "premium"}
SENT["once"] = "9e107d9d-372b-4e0f-9a6e-000000000001"


def test_everybody_in_the_office_serves_it_each_with_an_event(served, office, person):
    colleague = UserFactory()
    office.people.add(colleague, UserFactory(is_active=False))
    answer = served.post(NEW, SENT)
    company = Company.objects.get()
    assert answer["Location"] == f"/companies/{company.business_id}/"
    assert (company.name, company.package, company.office) == ("New Bakery", "premium", office)
    members = {member.user: member for member in Membership.objects.all()}
    assert set(members) == {person, colleague}
    for member in members.values():
        assert member.roles == {"TPK", "KH", "KP"}
        assert member.levels == dict.fromkeys(Function, "edit")
    events = AuditEvent.objects.order_by("pk").values_list("verb", "subject_kind", "office")
    people = [("membership:add", "user", "Test Office")] * 2
    assert list(events) == [("company:found", "company", "Test Office"), *people]
    assert "2 people in the office have access" in served.get(answer["Location"]).text


def test_the_same_form_sent_twice_is_answered_alike(served, office):
    first, second = (served.post(NEW, SENT) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert "New Bakery created" in served.get(second["Location"]).text
    assert Company.objects.count() == 1
    assert AuditEvent.objects.filter(verb="company:found").count() == 1


def test_a_form_without_its_mark_says_so(served, office):
    answer = served.post(NEW, {**SENT, "once": ""})
    assert answer.status_code == 422
    assert "This form is incomplete. Reload the page and try again." in answer.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"business_id": "9999980-3"}, "is not a valid business ID"),
        ({"business_id": "1\x00"}, "Null characters are not allowed"),
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 201}, "at most 200"),
        ({"package": ""}, "This field is required"),
        ({"package": "gold"}, "Select a valid choice"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(served, wrong, said):
    sent = SENT | wrong
    answer = served.post(NEW, sent)
    assert answer.status_code == 422
    [field] = wrong
    assert said in "".join(answer.context["form"].errors[field])
    assert f'value="{sent["name"]}"' in answer.text or not sent["name"]
    assert not Company.objects.exists()


@pytest.mark.parametrize("written", ["9999980-2", "99999802", " 9999980-2 ", "FI99999802"])
def test_a_business_id_that_is_taken_reveals_nothing_more(served, written):
    MembershipFactory(company__business_id="9999980-2", company__name="Of Another Office")
    answer = served.post(NEW, SENT | {"business_id": written})
    assert answer.status_code == 422
    assert "already in Netvisor Rights. Ask the site administrator to move it." in answer.text
    assert "Of Another Office" not in answer.text
    assert Company.objects.count() == 1
    assert not AuditEvent.objects.exists()


def test_a_business_id_of_a_client_company_leads_to_it(served, person):
    MembershipFactory(user=person, company__business_id="9999980-2", **SERVING)
    answer = served.post(NEW, SENT)
    assert answer.status_code == 422
    assert "This company is already your client company." in answer.text
    assert 'href="/companies/9999980-2/">To the company' in answer.text


def test_a_name_is_kept_on_one_line(served, office):
    served.post(NEW, SENT | {"name": " New\nBakery  Ltd "})
    assert Company.objects.get().name == "New Bakery Ltd"


def test_the_office_is_asked_for_only_where_there_is_a_choice(served, office, person):
    assert 'name="office"' not in served.get(NEW).text
    second = AccountingOfficeFactory(name="Second Office")
    second.people.add(person)
    assert 'name="office"' in served.get(NEW).text
    assert served.post(NEW, SENT).status_code == 422
    served.post(NEW, SENT | {"office": second.pk})
    assert Company.objects.get().office == second


def test_another_office_cannot_be_forged(served, person):
    foreign = AccountingOfficeFactory()
    served.post(NEW, SENT | {"office": foreign.pk})
    assert Company.objects.get().office in person.offices.all()
    AccountingOfficeFactory().people.add(person)
    forged = SENT | {"office": foreign.pk, "business_id": "9999981-0"}
    assert served.post(NEW, forged).status_code == 422


def test_the_service_refuses_people_of_other_offices(office_access):
    with pytest.raises(PermissionDenied):
        found_company(office_access, **SENT, office=AccountingOfficeFactory())
    assert not Company.objects.exists()


def test_tpk_alone_founds_nothing_and_is_told_why(sign_in):
    tpk = sign_in(MembershipFactory(**SERVING).user)
    assert NEW not in tpk.get("/office/").text
    for answer in (tpk.get(NEW), tpk.post(NEW, SENT)):
        assert answer.status_code == 403
        assert "people who belong to an accounting office" in answer.text
    assert Company.objects.count() == 1


def test_statements(served, office, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        served.get(NEW)
    office.people.add(*UserFactory.create_batch(20))
    # session, user, offices, people, savepoints, company, memberships, events, session
    with django_assert_max_num_queries(16):
        served.post(NEW, SENT)


def test_whoever_got_tpk_in_one_client_gets_nothing_in_new_ones(served, serve):
    client = serve()
    friend = MembershipFactory(company=client, editor=True, roles=["TPK"]).user
    served.post(NEW, SENT)
    assert not Membership.objects.filter(user=friend).exclude(company=client).exists()
