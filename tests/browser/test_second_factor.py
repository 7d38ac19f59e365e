"""A passkey of Chromium's own authenticator: added, and signed in with alone; then an app."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.factors import code_of

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def add_authenticator(page: Page):
    """Give a page's device an authenticator; return a function that sets if it knows its owner."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    key = {"authenticatorId": made["authenticatorId"]}
    return lambda known: device.send("WebAuthn.setUserVerified", {**key, "isUserVerified": known})


@pytest.fixture
def authenticator(page: Page):
    """Return a function that sets whether the device knows its owner."""
    return add_authenticator(page)


def sign_in(page, site):
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Email").fill("kh@demo.example")
    page.get_by_label("Password").fill("netvisor-demo-1")
    page.get_by_role("button", name="Sign in").click()


def sign_out(page, site):
    page.goto(f"{site}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()


def steps(page, site, authenticator):
    """Walk from the sign-in page and back to it; yield the name of each page on the way."""
    sign_in(page, site)
    page.wait_for_url(f"{site}/companies/**")
    page.goto(f"{site}/accounts/security/")
    page.get_by_role("link", name="See passkeys and codes").click()
    page.get_by_role("link", name="Add a passkey").wait_for()
    yield "factors-none"
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Laptop at the office")
    yield "passkey-add"
    authenticator(False)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_text("The passkey could not be made.")).to_be_visible()
    yield "passkey-failed"
    authenticator(True)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    yield "codes"
    page.goto(f"{site}/accounts/second-factor/")
    yield "factors-passkey"
    page.get_by_role("link", name="Set up an app").click()
    key = page.get_by_text(re.compile(r"^[A-Z2-7]{32}$")).inner_text()
    yield "app"
    page.get_by_label("Code").fill(code_of(key))
    page.get_by_role("button", name="Set up the app").click()
    page.get_by_text("The authenticator app is set up.").wait_for()
    yield "factors-both"
    page.get_by_role("link", name="Remove the app").click()
    page.wait_for_url(f"{site}/accounts/second-factor/app/remove/")
    yield "app-remove"
    page.goto(f"{site}/accounts/second-factor/")
    page.get_by_role("link", name="Remove Laptop").click()
    page.wait_for_url(f"{site}/accounts/second-factor/passkeys/*/remove/")
    yield "passkey-remove"
    page.goto(f"{site}/accounts/second-factor/codes/new/")
    yield "codes-new"
    for again in ("again/", "passkeys/again/"):
        page.goto(f"{site}/accounts/second-factor/{again}")
        yield f"factor-{again.replace('/', '-')}"
    sign_out(page, site)
    sign_in(page, site)
    page.get_by_label("Code").wait_for()
    yield "second-step"
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("That did not work.").wait_for()
    yield "second-step-wrong"
    page.get_by_label("Code").fill(code_of(key, steps=1))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Remember for 30 days").wait_for()
    yield "remember"


@pytest.mark.parametrize("width", [1440, 390])
def test_a_passkey_signs_in_alone(page, site, check, authenticator, expected_problems, width):
    page.set_viewport_size({"width": width, "height": 900})
    seen = []
    for name in steps(page, site, authenticator):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        check(f"factor-{name}-{width}")
        seen.append(name)
    assert len(seen) == 15
    page.get_by_role("button", name="Do not remember").click()
    page.wait_for_url(f"{site}/companies/**")
    sign_out(page, site)
    page.goto(f"{site}/accounts/login/?next=/companies/9000001-1/history/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site}/companies/9000001-1/history/")
