"""An integration that suddenly stopped working is found and mended from the company home."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from playwright.sync_api import expect

from apps.companies.models import Company
from apps.demo.tasks import make_traffic
from apps.gateway import installation
from apps.resources.models import Listing


@pytest.fixture
def traffic(world):
    """Eight days of requests of the demo companies: in six of them something has gone wrong."""
    make_traffic(installation.read(**settings.GATEWAY), datetime.now(UTC), days=8)


CAUSES = {
    "Demo Florist": ("Severa: Blocked for this integration", "Allow these 2"),
    "Demo Optics": ("WooVisor: The owner's access has ended", "Users and roles"),
    "Demo Roofing": ("Admicom Flex: Wrong signature", "Text for the vendor"),
    "Demo Boatyard": ("Finazilla: Not included in the service package", "Netvisor Store"),
    "Demo Fitness": ("Thril: The identifier is paused", "API identifiers"),
    "Demo Catering": ("eTasku: The program's clock is wrong", "Text for the vendor"),
}
"""What stands on the page of each, and what mends it."""


@pytest.mark.parametrize("width", [1440, 390])
def test_each_of_six_causes_is_found_with_what_mends_it(
    page, site, sign_in_as, traffic, check, width
):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in_as("tpk")
    for name, (said, mends) in CAUSES.items():
        number = Company.objects.get(name=name).business_id
        page.goto(f"{site}/companies/{number}/calls/")
        cause = page.get_by_role("region", name="Refused calls").get_by_role("listitem")
        expect(cause.filter(has=page.get_by_role("heading", name=said))).to_contain_text(mends)
        check(f"calls-{name}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_was_blocked_is_mended_in_three_clicks_and_undone(
    page, site, sign_in_as, traffic, check
):
    company = Company.objects.get(name="Demo Florist")
    sign_in_as("tpk")
    page.goto(f"{site}/companies/{company.business_id}/")
    page.get_by_role("navigation", name="Company menu").get_by_role(
        "link", name="API calls"
    ).click()
    page.locator("details.chart summary").first.click()
    expect(page.get_by_role("columnheader", name="Accepted")).to_be_visible()
    check("calls-unfolded")
    before = Listing.objects.get(company=company, integration__name_en="Severa").allowed
    page.get_by_role("button", name="Allow these 2").click()
    expect(page.get_by_role("status")).to_contain_text("allowed for Severa")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).not_to_contain_text("allowed for Severa")
    assert Listing.objects.get(company=company, integration__name_en="Severa").allowed == before
