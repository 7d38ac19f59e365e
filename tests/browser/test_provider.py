"""The organisation's own sign-in as a browser walks it: there and back, under our policy."""

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.oidc import says
from tests.browser.test_second_factor import sign_out

KH = "kh@demo.example"


@pytest.fixture
def policy(settings, provider):
    """Return a function that lets forms go to us and to these addresses, as the settings do."""

    def allow(*addresses):
        told = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        sources = {"form-action": ["'self'", *addresses]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": told | sources}

    allow(f"{provider.issuer}/")
    return allow


def press(page: Page, site: str):
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("button", name="Sign in with Example").click()


def test_there_and_back_with_the_providers_second_factor(
    page,
    site,
    check,
    provider,
    policy,
    settings,
):
    settings.SECOND_FACTOR = "everybody"
    says(provider, email=KH, amr=["pwd", "mfa"])
    press(page, site)
    page.wait_for_url(f"{site}/companies/**")
    sign_out(page, site)
    says(provider, email=KH, amr=["pwd"])
    press(page, site)
    expect(page.get_by_role("heading", name="Passkeys and codes")).to_be_visible()
    sign_out(page, site)
    says(provider, email="nobody@demo.example")
    press(page, site)
    expect(page.get_by_text("There is no account here with")).to_be_visible()
    check("provider-refused")


def test_a_form_goes_to_no_other_origin(
    page,
    site,
    provider,
    policy,
    expected_problems,
):
    expected_problems.append("form-action")
    policy("https://elsewhere.example/")
    says(provider, email=KH)
    page.goto(f"{site}/accounts/login/")
    with page.expect_event("console", lambda told: "form-action" in told.text):
        page.get_by_role("button", name="Sign in with Example").click()
    assert page.url.startswith(f"{site}/accounts/")
