"""A session that ends while a page is open: said before, and what was typed is not lost."""

import time

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

HOUR = 3600
DEMO = "netvisor-demo-1"


def age(**seconds):
    """Let the times of the session that there is be so many seconds ago."""
    session = Session.objects.get()
    store = session.get_session_store_class()(session.session_key)
    for name, ago in seconds.items():
        store[name] = time.time() - ago
    store.save()


def sign_in(page):
    page.get_by_label("Email").fill("kh@demo.example")
    page.get_by_label("Password").fill(DEMO)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign in")).to_have_count(0)


@pytest.fixture
def opened(page, site, rights_url):
    """A page of rights, opened by somebody who has signed in."""
    page.clock.install()
    page.goto(f"{site}/accounts/login/")
    sign_in(page)
    page.goto(rights_url("Severa"))
    return page


def test_the_end_is_said_before_and_one_may_stay(opened, check):
    age(began=3 * HOUR, seen=2 * HOUR - 200)
    opened.clock.fast_forward(61_000)
    warning = opened.get_by_role("dialog", name="You will be signed out soon")
    expect(warning.get_by_role("button", name="Stay signed in")).to_be_focused()
    check("session-ends")
    warning.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_have_count(0)
    opened.wait_for_timeout(500)
    opened.clock.fast_forward(300_000)
    opened.wait_for_timeout(500)
    expect(opened.get_by_role("dialog")).to_have_count(0)


def test_it_is_said_that_it_has_ended(opened, expected_problems):
    expected_problems += ["401", "Response Status Error Code"]
    age(began=13 * HOUR, seen=0)
    opened.clock.fast_forward(61_000)
    expect(opened.get_by_role("dialog", name="Your session has ended")).to_be_visible()


def test_a_press_after_the_end_is_made_once_more(opened, check, expected_problems):
    expected_problems += ["401", "409", "Response Status Error Code"]
    age(began=13 * HOUR, seen=0)
    switch = opened.get_by_role("switch", name="Get customer list")
    switch.click()
    over = opened.get_by_role("dialog", name="Your session has ended")
    check("session-ended")
    with opened.expect_popup() as beside:
        over.get_by_role("link", name="Sign in in a new tab").click()
    sign_in(beside.value)
    over.get_by_role("button", name="Close").click()
    switch.click()
    again = opened.get_by_role("dialog", name="You have signed in again")
    again.get_by_role("button", name="Close").click()
    expect(switch).to_be_focused()
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")


def test_a_form_sent_after_the_end_is_sent_again(opened, site, bakery, check, expected_problems):
    expected_problems += ["401", "409", "422"]
    opened.goto(f"{site}/companies/{bakery.business_id}/users/invite/")
    opened.get_by_label("Email").fill("new@demo.example")
    opened.get_by_label("Name", exact=True).fill("Nora")
    age(began=13 * HOUR, seen=0)
    opened.locator("main form button[type=submit]").last.click()
    opened.get_by_role("button", name="Send again").wait_for()
    check("unsent")
    with opened.expect_popup() as beside:
        opened.get_by_role("link", name="Sign in in a new tab").click()
    sign_in(beside.value)
    opened.get_by_role("button", name="Send again").click()
    expect(opened.get_by_text("You have signed in since")).to_be_visible()
    opened.get_by_role("button", name="Send again").click()
    expect(opened.get_by_label("Name", exact=True)).to_have_value("Nora")
