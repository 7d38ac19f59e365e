"""Entering a company."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.companies.access import company_change, enter, office_change
from apps.companies.models import Company
from apps.companies.rules import Capability, Function, Level, Refusal
from apps.core.refusals import Refused
from apps.resources.rules import EVERYTHING, Target
from apps.rights import services
from apps.rights.rules import Scope, Wish
from tests.factories import MembershipFactory, UserFactory
from tests.rights.addresses import page_url, set_url

NEEDS_EDIT = "To edit, you need the role KH or TPK and the right Interface resources: edit."


def test_an_outsider_finds_nothing(sign_in, company):
    assert sign_in(UserFactory()).get(f"/companies/{company.business_id}/").status_code == 404
    assert sign_in(UserFactory()).get("/companies/nonsense/").status_code == 404


def test_an_expired_membership_is_told_so(sign_in, company, editor):
    gone = MembershipFactory(company=company, editor=True, ended=True)
    response = sign_in(gone.user).get(f"/companies/{company.business_id}/")
    assert response.status_code == 403
    assert "Access rights expired" in response.text
    assert "Edith Editor" in response.text


def test_a_membership_that_has_not_begun_is_told_so(sign_in, company):
    early = MembershipFactory(
        company=company, editor=True, valid_from=timezone.now() + timedelta(days=1)
    )
    response = sign_in(early.user).get(f"/companies/{company.business_id}/")
    assert response.status_code == 403
    assert "not valid yet" in response.text


def test_without_the_function_there_is_no_menu_entry_and_a_helpful_refusal(
    sign_in, company, editor
):
    none = MembershipFactory(company=company, roles=["KH"], levels={})
    client = sign_in(none.user)
    assert (
        "Rights of interface resources" not in client.get(f"/companies/{company.business_id}/").text
    )
    response = client.get(page_url(company))
    assert response.status_code == 403
    assert "KH. Interface resources: none" in response.text
    assert (
        "To view this page, you need the right Interface resources: view or edit." in response.text
    )
    assert "Edith Editor" in response.text


def test_nobody_is_told_to_ask_themselves(sign_in, company):
    alone = MembershipFactory(company=company, roles=["KH"], levels={}, user__name="Lone Wolf")
    response = sign_in(alone.user).get(page_url(company))
    main = response.text[response.text.index("<main") :]
    assert "Lone Wolf" not in main
    assert "Nobody in this company can grant it now" in main


@pytest.mark.parametrize(
    ("roles", "level"),
    [([], Level.EDIT), (["KP", "TT", "P", "HH", "CA"], Level.EDIT), (["KH"], Level.VIEW)],
)
def test_editing_needs_the_role_and_the_level(sign_in, company, catalogue, editor, roles, level):
    member = MembershipFactory(
        company=company, roles=roles, levels={Function.INTERFACE_RESOURCES: level}
    )
    response = sign_in(member.user).post(set_url(company), {"allow": "customer.nv"})
    assert response.status_code == 403
    assert NEEDS_EDIT in response.text


@pytest.mark.parametrize(("who", "locked"), [("reader", True), ("editor", False)])
def test_the_service_checks_the_right_and_the_lock(request, catalogue, who, locked):
    member = request.getfixturevalue(who)
    access = enter(member, member.user, locked=locked)
    wish = Wish(allow=True, scope=Scope.RESOURCES, resources=EVERYTHING)
    with pytest.raises(PermissionDenied):
        services.set_rights(access=access, target=Target(None), wanted=lambda _: wish)
    with pytest.raises(PermissionDenied):
        services.block_traffic(access=access)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(("status", "name"), [(200, "Renamed Oy"), (422, "Test Bakery")])
def test_a_change_that_is_refused_saves_nothing(rf, company, editor, status, name):
    def refused(request, access, reason):
        assert not access.locked
        return HttpResponse(reason)

    @company_change(Capability.EDIT_RIGHTS, refused=refused)
    def rename(request, access):
        assert access.locked
        Company.objects.filter(pk=access.company.pk).update(name="Renamed Oy")
        if status != 200:
            raise Refused(Refusal.NOBODY_LEFT)
        return HttpResponse(status=status)

    request = rf.post("/")
    request.user = editor.user
    assert rename(request, company.business_id).status_code == status
    company.refresh_from_db()
    assert company.name == name


def test_a_refusal_about_what_is_gone_by_now_finds_nothing(rf, company, editor):
    def refused(request, access, reason):
        return HttpResponse(Company.objects.get(pk=0).name)

    @company_change(Capability.EDIT_RIGHTS, refused=refused)
    def change(request, access):
        raise Refused(Refusal.NOBODY_LEFT)

    request = rf.post("/")
    request.user = editor.user
    with pytest.raises(Http404):
        change(request, company.business_id)


def test_the_company_used_last_is_the_front_page(sign_in, company, editor):
    MembershipFactory(user=editor.user)
    client = sign_in(editor.user)
    assert client.get("/")["Location"] == "/companies/"
    client.get(f"/companies/{company.business_id}/")
    assert client.get("/")["Location"] == f"/companies/{company.business_id}/"


def test_a_company_lost_meanwhile_is_not_the_front_page(sign_in, company, editor):
    client = sign_in(editor.user)
    client.get(f"/companies/{company.business_id}/")
    editor.delete()
    assert client.get("/")["Location"] == "/companies/"


def test_somebody_whose_account_is_closed_cannot_grant(sign_in, company):
    closed = MembershipFactory(company=company, editor=True, user__name="Gone Person")
    closed.user.is_active = False
    closed.user.save()
    member = MembershipFactory(company=company, levels={})
    assert "Gone Person" not in sign_in(member.user).get(page_url(company)).text


def test_an_expired_company_is_not_the_front_page(sign_in, company, editor):
    client = sign_in(editor.user)
    client.get(f"/companies/{company.business_id}/")
    editor.valid_until = timezone.now() - timedelta(minutes=1)
    editor.save()
    assert client.get("/")["Location"] == "/companies/"


@pytest.mark.parametrize("path", ["a%00b/", "9000001/", "9000001-1x/"])
def test_nonsense_in_an_address_is_not_found(sign_in, editor, path):
    client = sign_in(editor.user)
    client.cookies["company"] = "a\x00b"
    assert client.get(f"/companies/{path}").status_code == 404
    assert client.get("/")["Location"] == f"/companies/{editor.company.business_id}/"


def test_a_refusal_that_a_change_of_the_office_has_no_words_for_is_forbidden(rf, member_of_office):
    @office_change()
    def change(request, access):
        raise Refused(Refusal.NOBODY_LEFT)

    request = rf.post("/")
    request.user = member_of_office
    with pytest.raises(PermissionDenied):
        change(request)


@pytest.fixture
def member_of_office(company):
    """Somebody who serves a client company."""
    return MembershipFactory(company=company, editor=True, roles=["TPK"]).user
