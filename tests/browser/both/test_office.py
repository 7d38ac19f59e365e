"""Client companies as an accounting office's person uses them, with script and without."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from apps.companies.models import Company
from apps.resources.models import Integration
from apps.usage.models import Usage
from apps.usage.services import count_habits
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


def stopped(company, name):
    """Count twenty days of calls of an integration that stopped nine days ago, begun long before."""
    known = {"company": company.pk, "integration": Integration.objects.get(name_en=name).pk}
    known |= {"identifier": 1, "resource": "customer.nv", "verdict": "", "count": 40}
    for ago in [*range(9, 29), 95]:
        at = timezone.now() - timedelta(days=ago)
        Usage.objects.create(**known, day=timezone.localdate(at), last_at=at)
    count_habits(timezone.localdate())


def test_whose_calls_have_stopped_and_which_rights_none_used_is_found(
    page, site, sign_in_as, check
):
    stopped(Company.objects.get(name="Demo Bakery"), "Bezala")
    sign_in_as("tpk")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for choice in ("No calls for 7 days, usually has", "Not used in 90 days"):
            page.goto(f"{site}/office/")
            filters = page.get_by_role("button", name="Filters")
            if filters.is_visible():
                filters.click()
            page.get_by_label("Needs attention").select_option(label=choice)
            search(page)
            expect(page.get_by_role("status").filter(has_text="1 company")).to_be_visible()
            row = page.get_by_role("row").filter(has_text="Demo Bakery")
            expect(row).to_contain_text("Usually there are 40 a day.")
            expect(row).to_contain_text("allowed rights were not used in 90 days")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if not page.get_by_role("button", name="Search").is_visible():
                check(f"office-{choice[:3]}-{width}")  # axe is a script itself
