"""Bulk changes as an accounting office's person uses them, with script and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from apps.bulk.models import BulkChange
from apps.resources.models import Listing
from tests.work import work


def listed(name: str) -> int:
    return Listing.objects.filter(integration__name_en=name).exclude(allowed=bytes(32)).count()


def wait_for_the_end(page: Page) -> None:
    """Look as a person would; without script ask again how far it is."""
    work()
    ended = page.get_by_role("heading", name="Result")
    ask = page.get_by_role("link", name="Show progress")
    expect(ended.or_(ask).first).to_be_visible()
    while ask.is_visible():
        ask.click()
    expect(ended).to_be_visible()


@pytest.fixture
def chooser(page, site, sign_in_as) -> Page:
    """The page of bulk rights, opened by the accounting office's person."""
    sign_in_as("tpk")
    page.goto(f"{site}/office/rights/")
    return page


def test_luovu_for_those_that_lack_it_and_back(chooser):
    page = chooser
    page.get_by_label("Integration", exact=True).select_option(label="Luovu")
    page.get_by_label("Reason").fill("Luovu taken into use")
    expect(page.get_by_text("0 of 40 chosen")).to_be_visible()
    page.get_by_label("Name or business ID").fill("demo")
    page.get_by_label("Name or business ID").press("Enter")
    expect(page.get_by_text("40 of 40 chosen")).to_be_visible()
    for name in ("Demo Ferry", "Demo Garage"):
        page.get_by_label(name).uncheck()
    page.get_by_role("button", name="Preview").click()
    expect(
        page.get_by_text("3 resources will be allowed, Luovu will be added to the list")
    ).to_be_visible()
    expect(page.get_by_text("Already set this way, no change")).to_be_visible()
    expect(
        page.get_by_text("The service package does not include API traffic: Luovu")
    ).to_be_visible()
    assert listed("Luovu") == 2

    page.go_back()
    expect(page.get_by_label("Reason")).to_have_value("Luovu taken into use")
    expect(page.get_by_label("Demo Ferry")).not_to_be_checked()
    expect(page.get_by_text("38 of 40 chosen")).to_be_visible()
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("link", name="Change the selection").click()
    expect(page.get_by_text("38 of 40 chosen")).to_be_visible()
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Allow in 36 companies").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    wait_for_the_end(page)
    assert listed("Luovu") == 38

    expect(page.get_by_label("Reason")).to_have_value("Undone: Luovu taken into use")
    page.get_by_role("button", name="Undo the whole change").click()
    page.get_by_role("button", name="Undo in 36 companies").click()
    wait_for_the_end(page)
    assert listed("Luovu") == 2


def test_all_after_a_search_is_what_was_found(chooser):
    page = chooser
    page.get_by_label("Integration", exact=True).select_option(label="Severa")
    page.get_by_label("Reason").fill("a search")
    page.get_by_label("Name or business ID").fill("demo f")
    page.get_by_label("Name or business ID").press("Enter")
    expect(page.get_by_text(re.compile("^4 companies$"))).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("a search")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("in 4 companies")
    names = BulkChange.objects.get().items.values_list("company__name", flat=True)
    assert set(names) == {"Demo Ferry", "Demo Fitness", "Demo Florist", "Demo Forestry"}
