"""Users and roles as an accounting office's person uses them, with script and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.companies.models import Membership
from apps.companies.rules import Function, Level
from apps.identifiers.models import ApiIdentifier
from apps.people.rules import PRESETS, MainArea, Profile
from tests.browser.both.test_identifiers import sign_in
from tests.browser.both.test_office import search
from tests.browser.conftest import MEMBER
from tests.work import mails

AREA = "Sales, products, purchases and financial management"
PASSWORD = "a long walk by the sea"
SALES = PRESETS[MainArea.BUSINESS][Profile.SALES_LEDGER]


@pytest.fixture
def users(page, site, bakery) -> Page:
    """The bakery's users, opened by the accounting office's person."""
    sign_in(page, site, "tpk")
    page.goto(f"{site}/companies/{bakery.business_id}/users/")
    return page


def invite(page: Page) -> None:
    page.get_by_role("link", name="Invite").click()
    page.get_by_label("Email").fill("nora@demo.example")
    page.get_by_label("Name", exact=True).fill("Nora New")
    page.get_by_label(AREA, exact=True).select_option("Sales ledger user")
    page.get_by_text(f"Set separately: {AREA}").click()
    page.get_by_label("Vouchers").select_option("view")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("status")).to_contain_text("Invitation sent to nora@demo.example.")


def accept(page: Page, site: str) -> None:
    path = re.search(r"/invitations/\S+", mails()[-1].body).group()
    page.goto(site + path)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("status")).to_contain_text("You are now a user of Demo Bakery.")


def test_somebody_new_comes_in_with_a_profile_and_one_level(users, site, bakery, new_context):
    invite(users)
    accept(new_context().new_page(), site)
    nora = Membership.objects.get(user__email="nora@demo.example", company=bakery)
    assert nora.grants.levels == SALES | {Function.VOUCHERS: Level.VIEW}


def test_people_and_companies_are_found_while_typing(users, site):
    users.get_by_label("Name or email").fill("reader@")
    search(users)
    expect(users.get_by_role("link", name="Edit Demo Reader")).to_be_visible()
    expect(users.get_by_role("link", name="Edit Demo Member")).to_have_count(0)
    users.goto(f"{site}/companies/")
    users.get_by_label("Name or business ID").fill("carpentry")
    search(users)
    expect(users.locator("main").get_by_role("link", name="Demo Carpentry")).to_be_visible()
    expect(users.locator("main").get_by_role("link", name="Demo Bakery")).to_have_count(0)


def test_removing_somebody_shows_what_stops(users, bakery):
    page, stopping = users, ApiIdentifier.objects.get(owner__email=MEMBER, deactivated_at=None)
    page.get_by_role("link", name="Remove Demo Member").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Remove Demo Member from Demo Bakery?"
    )
    expect(page.get_by_text("Demo Member will be removed only from Demo Bakery")).to_be_visible()
    expect(
        page.get_by_role("table", name="API identifiers that stop working in this company")
    ).to_contain_text(stopping.user_id)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    page.get_by_role("button", name="Remove from this company").click()
    expect(page.get_by_role("status")).to_contain_text("Demo Member removed from this company.")
    left = Membership.objects.filter(user=User.objects.get(email="member@demo.example"))
    assert [one.company.name for one in left] == ["Demo Carpentry"]


def test_a_profile_and_single_levels_follow_each_other(users, bakery, request):
    page, script = users, "no script" not in request.node.name
    page.get_by_role("link", name="Edit Demo Member").click()
    page.get_by_label(AREA, exact=True).select_option("Browsing rights")
    shown = "view" if script else "none"
    expect(page.get_by_label("Vouchers")).to_have_value(shown)
    page.get_by_label("Vouchers").select_option("edit")
    profile = "own" if script else "browsing"
    expect(page.get_by_label(AREA, exact=True)).to_have_value(profile)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Rights of Demo Member saved.")
    member = Membership.objects.get(user__email="member@demo.example", company=bakery)
    held = PRESETS[MainArea.BUSINESS][Profile.BROWSING]
    assert member.grants.levels == held | {Function.VOUCHERS: Level.EDIT}
