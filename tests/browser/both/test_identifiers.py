"""API identifiers as people use them, with script and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from apps.audit.models import AuditEvent
from apps.demo import services as demo
from apps.identifiers.models import ApiIdentifier
from tests.browser.both.conftest import search
from tests.browser.conftest import MEMBER

USER_ID = re.compile(r"DE_\d+_\d+")


@pytest.fixture
def base(site, bakery) -> str:
    return f"{site}/companies/{bakery.business_id}/api-identifiers/"


def sign_in(page: Page, site: str, who: str) -> None:
    """Sign in as people do, so that the password is fresh."""
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Email").fill(f"{who}@demo.example")
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def table(page: Page):
    return page.get_by_role("table", name="Your API identifiers")


def row(page: Page, user_id: str):
    return table(page).get_by_role("row").filter(has_text=user_id).first


def cancel(page: Page):
    """Return what closes a window, or leads back from its page."""
    return page.get_by_role("button", name="Cancel").or_(page.get_by_role("link", name="Cancel"))


def test_the_walk_of_the_manual(page, site, base):
    sign_in(page, site, "member")
    page.goto(f"{site}/companies/")
    page.get_by_role("link", name="Demo Bakery").click()
    menu = page.get_by_role("navigation", name="Company menu")
    menu.get_by_role("link", name="API identifiers").click()
    for column in ("User ID", "Key", "Purpose", "Validity", "Deactivate API identifier"):
        expect(page.get_by_role("columnheader", name=column)).to_be_visible()
    page.get_by_role("button", name="Create new API identifier").click()
    first = table(page).get_by_role("row").nth(1)
    user_id = USER_ID.search(first.inner_text()).group()
    expect(first).to_contain_text("New")
    expect(page.get_by_text(f"{user_id} is ready.")).to_be_visible()

    # What is it for? The note has the focus; Enter saves it and the integration beside it.
    expect(page.get_by_label("Note")).to_be_focused()
    page.get_by_label("Integration", exact=True).select_option(label="Bezala")
    page.get_by_label("Note").fill("Travel costs")
    page.get_by_label("Note").press("Enter")
    expect(row(page, user_id)).to_contain_text("Travel costs")
    expect(row(page, user_id)).to_contain_text("Bezala")
    expect(page.get_by_text("What is it for?")).to_have_count(0)

    # The Key is shown on demand, and recorded.
    key = ApiIdentifier.objects.get(user_id=user_id).key.reveal()
    assert key not in page.content()
    page.get_by_role("button", name=f"Show Key of {user_id}").click()
    expect(page.get_by_text(key)).to_be_visible()
    page.get_by_role("button", name=f"Hide Key of {user_id}").click()
    expect(page.get_by_text(key)).to_have_count(0)
    assert AuditEvent.objects.filter(verb="identifier:show").count() == 1

    # What it is for.
    page.get_by_role("button", name=f"Edit {user_id}").click()
    page.get_by_label("Note").fill("Receipts")
    page.get_by_label("Integration", exact=True).select_option(label="Severa")
    page.get_by_role("button", name="Save").click()
    expect(row(page, user_id)).to_contain_text("Receipts")
    expect(row(page, user_id)).to_contain_text("Severa")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text(f"{user_id} saved.")

    # Nothing is changed by cancelling.
    page.get_by_role("button", name=f"Edit {user_id}").click()
    page.get_by_label("Note").fill("Nonsense")
    cancel(page).click()
    expect(page.get_by_label("Note")).to_have_count(0)
    expect(row(page, user_id)).to_contain_text("Receipts")

    # Pause and resume.
    page.get_by_role("button", name=f"Pause {user_id}").click()
    expect(row(page, user_id)).to_contain_text("Paused since")
    page.get_by_role("button", name=f"Resume {user_id}").click()
    expect(row(page, user_id)).to_contain_text("Valid until further notice")

    # The same in the second company.
    page.goto(base.replace("9000001-1", "9000003-8"))
    expect(row(page, user_id)).to_be_visible()

    # Deactivated for good.
    page.get_by_role("button", name=f"Deactivate {user_id}").click()
    expect(page.get_by_text("Demo Bakery, Demo Carpentry")).to_be_visible()
    expect(cancel(page)).to_be_focused()
    page.get_by_role("button", name="Deactivate", exact=True).click()
    expect(row(page, user_id)).to_contain_text("Deactivated")
    expect(row(page, user_id).get_by_role("button")).to_have_count(0)
    expect(row(page, user_id).get_by_role("link")).to_have_count(0)
    assert ApiIdentifier.objects.get(user_id=user_id).deactivated_at


def test_replacing_links_the_pair(page, site, base, expected_problems):
    expected_problems.append("422")
    sign_in(page, site, "member")
    page.goto(base)
    old = ApiIdentifier.objects.get(owner__email=MEMBER, deactivated_at=None)
    replace = page.get_by_role("button", name=f"Replace {old.user_id}")
    replace.click()
    leaked = page.get_by_label("The Key may have leaked")
    times = page.get_by_role("group", name="When the old identifier expires")
    leaked.check()
    expect(times).to_have_css("text-decoration-line", "line-through")
    leaked.uncheck()
    expect(times).to_have_css("text-decoration-line", "none")
    expect(page.get_by_label("The time you choose", exact=True)).to_be_hidden()
    page.get_by_label("At a time you choose").check()
    page.get_by_label("The time you choose", exact=True).fill("2020-01-01T12:00")
    page.get_by_role("button", name="Replace", exact=True).click()
    expect(page.get_by_text("Choose a time in the future.")).to_be_visible()
    expect(page.get_by_label("The time you choose", exact=True)).to_be_focused()
    page.get_by_label("Now", exact=True).check()
    expect(page.get_by_label("The time you choose", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Replace", exact=True).click()
    expect(row(page, old.user_id)).to_contain_text("Replaced by")
    old.refresh_from_db()
    expect(row(page, old.user_id)).to_contain_text(old.replaced_by.user_id)
    expect(row(page, old.user_id)).to_contain_text("Expired")


def test_an_old_sign_in_is_asked_for_the_password(page, sign_in_as, base):
    sign_in_as("member", password_age=16 * 60)
    page.goto(base)
    page.get_by_role("button", name="Show Key of").click()
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page).to_have_url(base)
    page.get_by_role("button", name="Show Key of").click()
    key = ApiIdentifier.objects.get(owner__email=MEMBER, deactivated_at=None).key.reveal()
    expect(page.get_by_text(key)).to_be_visible()


def test_a_reader_learns_why_nothing_can_be_created(page, sign_in_as, base):
    sign_in_as("reader")
    page.goto(base)
    expect(page.get_by_text("you need edit level on at least one")).to_be_visible()
    expect(page.get_by_role("button", name="Create new API identifier")).to_have_count(0)


def test_kh_stops_one_here_and_takes_it_back(page, sign_in_as, base):
    sign_in_as("kh")
    page.goto(base)
    one = ApiIdentifier.objects.get(owner__email=MEMBER, deactivated_at=None)
    assert one.key.reveal() not in page.content()
    page.get_by_role("searchbox", name="Owner, User ID or note").fill("demo member")
    search(page)
    page.get_by_role("button", name=f"Stop {one.user_id} in this company").click()
    expect(page.get_by_role("status")).to_contain_text("stopped in this company")
    page.get_by_role("button", name=f"Allow {one.user_id} again").click()
    expect(page.get_by_role("status")).to_contain_text("allowed in this company again")


def test_an_excel_identifier_lasts_eight_hours(page, sign_in_as, site):
    sign_in_as("member")
    page.goto(f"{site}/companies/9000001-1/excel-identifiers/")
    page.get_by_role("button", name="Create new Excel identifier").click()
    first = page.get_by_role("table", name="Your Excel identifiers").get_by_role("row").nth(1)
    expect(first).to_contain_text("Excel")
    expect(first).to_contain_text("Valid until")


def test_the_rights_page_leads_to_an_identifier_for_the_integration(page, sign_in_as, rights_url):
    sign_in_as("kh")
    ApiIdentifier.objects.exclude(deactivated_at=None).delete()
    ApiIdentifier.objects.all().delete()
    page.goto(rights_url("Severa"))
    expect(page.get_by_text("Not ready: no API identifier.")).to_be_visible()
    page.get_by_role("link", name="Create one").click()
    page.get_by_role("button", name="Create new API identifier").click()
    expect(table(page).get_by_role("row").nth(1)).to_contain_text("Severa")
    page.goto(rights_url("Severa"))
    expect(page.get_by_role("link", name="1 API identifier works in this company")).to_be_visible()
