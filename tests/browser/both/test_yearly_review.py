"""An integration's rights are looked at once a year and found still right, by keyboard."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("width", [1440, 390])
def test_a_review_that_is_due_is_found_from_the_home_and_answered(
    page, site, sign_in_as, bakery, width
):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in_as("kh")
    page.goto(f"{site}/companies/{bakery.business_id}/")
    traffic = page.get_by_role("region", name="API traffic")
    expect(traffic).to_contain_text("2 integrations are due for review.")
    traffic.get_by_role("link", name="Yearly review").press("Enter")
    page.get_by_role("row").nth(1).get_by_role("link", name="Bezala").press("Enter")
    expect(page.get_by_role("region", name="What it may do")).to_contain_text("119 of 119 allowed")
    page.get_by_role("button", name="Still right").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Recorded: these rights are still right.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="All integrations").press("Enter")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Demo Warehouse Bridge")


def test_on_paper_there_is_nothing_to_press(page, site, sign_in_as, bakery):
    sign_in_as("kh")
    page.goto(f"{site}/companies/{bakery.business_id}/receipts/")
    page.get_by_role("link", name="Zevoy").click()
    page.set_viewport_size({"width": 718, "height": 1000})  # A4
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Still right")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Company menu")).to_be_hidden()
    expect(page.get_by_role("columnheader", name="Section")).to_be_visible()
    row = page.get_by_role("row", name="Purchases")
    assert len({cell.bounding_box()["y"] for cell in row.get_by_role("cell").all()}) == 1
