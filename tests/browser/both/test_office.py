"""Client companies as an accounting office's person uses them, with script and without."""

import re

from playwright.sync_api import expect

from apps.companies.models import Company
from tests.browser.both.conftest import search


def test_from_the_list_into_a_company_and_a_new_one(page, site, sign_in_as):
    sign_in_as("tpk")
    page.goto(site)
    expect(page).to_have_url(f"{site}/office/")
    page.get_by_label("By integration").select_option(label="Luovu")
    page.get_by_label("Integration's state").select_option(label="Not in the list")
    search(page)
    expect(page.get_by_role("status").filter(has_text="38 companies")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    page.get_by_role("link", name="7 need attention").click()
    page.get_by_role("link", name="Demo Studio").click()
    expect(page.get_by_text("1 API identifier whose owner has no valid rights")).to_be_visible()

    page.goto(f"{site}/office/")
    page.get_by_role("link", name="New client company").click()
    page.get_by_label("Company name").fill("Demo Windmill")
    page.get_by_label("Business ID").fill("FI99999802")
    page.get_by_label("Package").select_option(label="Premium")
    page.get_by_role("button", name="Create the company").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Demo Windmill")
    expect(page.get_by_text(re.compile("1 person in the office has access"))).to_be_visible()
    assert Company.objects.get(name="Demo Windmill").business_id == "9999980-2"


def test_on_a_phone_the_focus_is_never_out_of_sight(page, site, sign_in_as):
    sign_in_as("tpk")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{site}/office/")
    heads = page.locator("thead a")
    assert heads.count() == 7
    for head in heads.all():
        expect(head).to_be_hidden()
    filters = page.get_by_role("button", name="Filters")
    if filters.is_visible():
        expect(page.get_by_label("Package")).to_be_hidden()
        filters.click()
    page.get_by_label("Sort by").select_option(label="Integrations")
    search(page)
    expect(page.locator("tbody a").first).to_have_text("Demo Bakery")
