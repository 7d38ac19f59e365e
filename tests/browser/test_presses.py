"""How many presses the jobs take that people do most; typing, Enter and Tab are free."""

import pytest
from playwright.sync_api import Page, expect

from apps.demo.services import PAYROLL_BRIDGE_KEY

COUNT = """
const press = () => sessionStorage.setItem("presses", Number(sessionStorage.getItem("presses") ?? 0) + 1);
addEventListener("pointerdown", press, true);
addEventListener("change", (event) => event.target.matches("select") && press(), true);
"""
"""Counts in the browser what a hand does: each press, and each choice in a list as one."""


@pytest.fixture
def home(page: Page, site, sign_in_as, bakery) -> str:
    """The company's home, for a user administrator whose presses are counted."""
    page.add_init_script(COUNT)
    sign_in_as("kh")
    return f"{site}/companies/{bakery.business_id}/"


def test_the_jobs_that_people_do_most(page, home):
    taken = {}
    for job in (one_resource, find_and_allow, only_what_it_needs, custom_by_key):
        page.goto(home)
        page.evaluate("sessionStorage.clear()")
        job(page)
        taken[job.__name__] = int(page.evaluate("sessionStorage.presses"))
    wanted = {
        "one_resource": 2,
        "find_and_allow": 3,
        "only_what_it_needs": 3,
        "custom_by_key": 4,
    }
    assert {job: most for job, most in taken.items() if most > wanted[job]} == {}, taken


def open_rights(page):
    menu = page.get_by_role("navigation", name="Company menu")
    menu.get_by_role("link", name="Rights of interface resources").click()


def find(page, name):
    """Find a finished integration by its name, and open it."""
    open_rights(page)
    page.get_by_label("Integration name").fill(name)
    page.get_by_role("list", name="Matches").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def checked(page, role, name):
    expect(page.get_by_role(role, name=name, exact=True)).to_have_attribute("aria-checked", "true")


def one_resource(page):
    page.get_by_role("link", name="Severa").first.click()
    page.get_by_role("switch", name="Get customer list").click()
    checked(page, "switch", "Get customer list")


def find_and_allow(page):
    find(page, "Luovu")
    page.get_by_role("checkbox", name="All resources of Luovu").click()
    checked(page, "checkbox", "All resources of Luovu")


def only_what_it_needs(page):
    find(page, "Huma")
    page.get_by_role("button", name="it needs").click()
    expect(page.get_by_text("resources it needs are allowed.")).to_be_visible()


def custom_by_key(page):
    open_rights(page)
    page.get_by_label("Custom integrations").check()
    page.get_by_label("Access key").fill(PAYROLL_BRIDGE_KEY)
    page.get_by_label("Access key").press("Enter")
    name = "All resources of Demo Payroll Bridge"
    page.get_by_role("checkbox", name=name).click()
    checked(page, "checkbox", name)
