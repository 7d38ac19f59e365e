"""What a KH takes back and finds again, with script and without."""

from playwright.sync_api import Page, expect

from apps.companies.models import Company
from apps.resources.models import Listing


def allowed(company: Company) -> int:
    return len(Listing.objects.get(integration__name_en="Zevoy", company=company).allowed)


def block(page: Page, rights_url) -> None:
    """Allow a whole section for Zevoy, then block all API traffic."""
    page.goto(rights_url("Zevoy"))
    page.get_by_role("checkbox", name="All resources in Salaries").click()
    expect(page.get_by_role("status").first).to_contain_text("resources allowed for Zevoy")
    page.get_by_role("button", name="Block API traffic").first.click()
    expect(page.get_by_role("heading", name="Block API traffic?")).to_be_visible()
    page.get_by_role("button", name="Block API traffic").last.click()
    page.get_by_role("link", name="Review and reopen").click()


def back(page: Page):
    """Return what leads from the question back to the choice: of a window, closing it."""
    window = page.get_by_role("dialog").get_by_role("button", name="Cancel")
    return window.or_(page.get_by_role("button", name="Change the choice"))


def reopen_two(page: Page) -> None:
    """Choose one, change the choice at the question, and reopen two."""
    zevoy = page.get_by_role("region", name="Zevoy")
    zevoy.get_by_text("resources were allowed").click()
    zevoy.get_by_label("Import bank transfer").check()
    zevoy.get_by_role("button", name="Reopen chosen").click()
    back(page).click()
    expect(zevoy.get_by_label("Import bank transfer")).to_be_checked()
    zevoy.get_by_label("Import accounting data").check()
    zevoy.get_by_role("button", name="Reopen chosen").click()
    expect(page.get_by_role("heading", name="Reopen for Zevoy?")).to_be_visible()
    page.get_by_role("button", name="Reopen", exact=True).click()


def leave_the_rest(page: Page) -> None:
    page.get_by_role("button", name="Leave all blocked: Zevoy").click()
    page.get_by_role("button", name="Leave blocked", exact=True).click()
    expect(page.get_by_text("left blocked for Zevoy.")).to_be_visible()
    expect(page.get_by_role("region", name="Zevoy")).to_have_count(0)


def test_what_was_blocked_is_reviewed_found_and_put_back(page, sign_in_as, rights_url, bakery):
    sign_in_as("kh")
    block(page, rights_url)
    assert allowed(bakery) == 0
    reopen_two(page)
    assert allowed(bakery) == 2
    leave_the_rest(page)

    page.get_by_role("link", name="Change history").click()
    for told in ("left blocked", "reopened, 2 resources allowed", "API traffic blocked, "):
        expect(page.get_by_text(told).first).to_be_visible()
    page.get_by_role("button", name="Put back the change of").first.click()
    expect(page.get_by_text("2 resources are as they were before for Zevoy.")).to_be_visible()
    assert allowed(bakery) == 0

    page.goto(rights_url() + "reopen/")
    expect(page.get_by_role("region", name="Zevoy").get_by_text("2 resources were")).to_be_visible()
