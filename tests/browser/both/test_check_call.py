"""A refused call is found by its request id, mended where its link leads, and passes."""

import pytest
from playwright.sync_api import Page, expect

from apps.identifiers.models import ApiIdentifier
from apps.resources.models import Integration
from tests.browser.conftest import MEMBER
from tests.calls.conftest import send_signed


@pytest.fixture
def refused(bakery, site) -> str:
    """The id of a call of Severa that the endpoint refused."""
    identifier = ApiIdentifier.objects.get(owner__email=MEMBER, deactivated_at=None)
    severa = Integration.objects.get(name_en="Severa")
    return send_signed(identifier, severa, "customer.nv", where=bakery).request


def test_from_the_request_id_to_the_switch(page: Page, site, sign_in_as, refused):
    sign_in_as("kh")
    page.goto(f"{site}/companies/9000001-1/")
    page.get_by_role("link", name="API calls").click()
    page.get_by_role("main").get_by_role("link", name="Check a call").click()
    page.get_by_label("Request ID").fill(refused.lower())
    page.get_by_role("button", name="Check this request").click()
    expect(page.get_by_role("main")).to_contain_text("The call would be refused now. Severa is in")
    page.get_by_role("link", name="Open the switch").first.click()
    page.get_by_role("switch", name="Import customer details").click()
    expect(page.get_by_text("Import customer details allowed for Severa.")).to_be_visible()
    page.goto(f"{site}/companies/9000001-1/calls/check/?request={refused}")
    expect(page.get_by_role("main")).to_contain_text("The call would pass now.")
    page.get_by_role("link", name="Check another call").click()
    expect(page.get_by_label("Resource")).to_have_value("customer.nv")
    page.get_by_role("button", name="Check this call").click()
    expect(page.get_by_role("cell", name="It claims to be from Severa.")).to_be_visible()
