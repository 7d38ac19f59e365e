"""A lost app, from a colleague's request to its end, with script and without; each page by axe."""

import re

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.recovery.models import Reset
from tests.accounts.factors import password, set_up_app
from tests.browser.test_second_factor import sign_in
from tests.work import mails


@pytest.fixture
def lost(world, client):
    """A demo person who has an app."""
    user = User.objects.get(email="member@demo.example")
    user.set_password("a-password-for-tests")
    user.save()
    password(client, user)
    set_up_app(client)
    return user


def ask(page: Page, site: str) -> str:
    """Ask as a KH for the member, and return the path of the link that is mailed."""
    sign_in(page, site)
    page.wait_for_url(f"{site}/companies/**")
    page.goto(f"{site}/companies/9000001-1/users/")
    page.get_by_role("link", name="Edit Demo Member").click()
    page.get_by_role("link", name="Go to the reset").click()
    page.get_by_role("button", name="Request a reset").click()
    expect(page.get_by_role("status")).to_contain_text("Demo Member has been asked by email")
    return re.search(r"/accounts/lost/\S+", mails()[-1].body).group()


@pytest.mark.parametrize("script", [True, False])
def test_a_reset_is_asked_for_confirmed_and_cancelled(site, lost, new_context, check, page, script):
    page = new_context(java_script_enabled=script).new_page() if not script else page
    path = ask(page, site)
    expect(page.get_by_text("has not confirmed it yet")).to_be_visible()
    if script:
        check("reset-asked")
    holder = page if script else new_context(java_script_enabled=False).new_page()
    holder.goto(site + path)
    if script:
        check("reset-confirm")
    holder.get_by_label("Password").fill("a-password-for-tests")
    holder.get_by_role("button", name="Confirm the reset").click()
    expect(holder.get_by_text("Until then it can be cancelled.")).to_be_visible()
    assert Reset.objects.get().confirmed_at
    holder.get_by_role("button", name="Cancel the reset").click()
    expect(holder.get_by_role("heading", name="The reset is cancelled")).to_be_visible()
    if script:
        check("reset-cancelled")
    assert Reset.objects.get().ended_at
    page.goto(f"{site}/companies/9000001-1/sign-ins/days/")
    page.get_by_label("Days").fill("14")
    if script:
        check("factor-days")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
