"""Another language while a form is half filled in: what was typed is still there, but for secrets."""

import pytest
from playwright.sync_api import Page, expect

from apps.companies.models import Membership
from tests.browser.conftest import MEMBER

INTERFACE = "Interface resources"


def choose(page: Page, language: str) -> None:
    page.get_by_role("button", name=language).click()
    expect(page.get_by_role("button", name=language)).to_have_attribute("aria-current", "true")


@pytest.fixture
def people(page, site, sign_in_as, bakery) -> str:
    """The address of the bakery's users, for somebody who may change them."""
    sign_in_as("tpk")
    return f"{site}/companies/{bakery.business_id}/users/"


def test_what_was_typed_is_there_in_the_other_language(page, people):
    page.goto(f"{people}invite/")
    page.get_by_label("Email").fill("nora@demo.example")
    page.get_by_label("Name", exact=True).fill("Nora New")
    page.locator("[name=roles]:enabled").first.check()
    page.get_by_label(INTERFACE).select_option("edit")
    page.get_by_label("Valid until").fill("2030-01-31T12:00")
    choose(page, "Suomi")
    expect(page.get_by_label("Sähköposti")).to_have_value("nora@demo.example")
    expect(page.get_by_label("Nimi", exact=True)).to_have_value("Nora New")
    expect(page.locator("[name=roles]:enabled").first).to_be_checked()
    expect(page.get_by_label("Rajapintaresurssit")).to_have_value("edit")
    expect(page.locator("[name=valid_until]")).to_have_value("2030-01-31T12:00")


def test_what_was_sent_and_is_asked_about_is_in_the_form_again(page, people, bakery):
    member = Membership.objects.get(user__email=MEMBER, company=bakery)
    page.goto(f"{people}{member.pk}/")
    page.get_by_label("Valid until").fill("2020-01-31T12:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#question")).to_be_visible()
    choose(page, "Suomi")
    expect(page.get_by_label("Voimassaolo päättyy")).to_have_value("2020-01-31T12:00")


def test_a_box_that_was_unticked_stays_so(page, people):
    page.goto(f"{people}invite/")
    box = page.locator("[name=roles]:enabled").first
    box.check()
    box.uncheck()
    choose(page, "Svenska")
    expect(page.locator("[name=roles]:enabled").first).not_to_be_checked()


def test_no_secret_is_kept_and_nothing_stays_behind(page, site):
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Email").fill("tpk@demo.example")
    page.get_by_label("Password").fill("a long walk by the sea")
    kept = "document.getElementById('frame').addEventListener('submit', () => (window.name = JSON.stringify(sessionStorage)))"
    page.evaluate(kept)
    choose(page, "Suomi")
    expect(page.get_by_label("Sähköposti")).to_have_value("tpk@demo.example")
    expect(page.get_by_label("Salasana")).to_have_value("")
    assert "tpk@demo.example" in page.evaluate("window.name")
    assert "walk" not in page.evaluate("window.name")
    assert "tpk@" not in page.evaluate("JSON.stringify(sessionStorage)")
