"""How many presses the jobs take that people do most; typing, Enter and Tab are free."""

import re

from playwright.sync_api import Page, expect

from apps.demo.services import PAYROLL_BRIDGE_KEY

COUNT = """
const press = () => sessionStorage.setItem("presses", Number(sessionStorage.getItem("presses") ?? 0) + 1);
addEventListener("pointerdown", press, true);
addEventListener("change", (event) => event.target.matches("select") && press(), true);
"""
"""Counts in the browser what a hand does: each press, and each choice in a list as one."""


def open_rights(page):
    menu = page.get_by_role("navigation", name="Company menu")
    menu.get_by_role("link", name="Rights of interface resources").click()
    page.wait_for_url("**/interface-resources/")  # loaded: what is typed is looked for from then on


def find(page, name):
    """Find a finished integration by its name, and open it."""
    open_rights(page)
    page.get_by_label("Integration name").fill(name)
    page.get_by_role("list", name="Matches").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def allowed(page, role, name):
    control = page.get_by_role(role, name=name, exact=True)
    control.click()
    expect(control).to_have_attribute("aria-checked", "true")


def one_resource(page):
    page.get_by_role("link", name="Severa").first.click()
    allowed(page, "switch", "Get customer list")


def find_and_allow(page):
    find(page, "Luovu")
    allowed(page, "checkbox", "All resources of Luovu")


def only_what_it_needs(page):
    find(page, "Huma")
    page.get_by_role("button", name="it needs").click()
    expect(page.get_by_text("resources it needs are allowed.")).to_be_visible()


def custom_by_key(page):
    open_rights(page)
    page.get_by_label("Custom integrations").check()
    page.get_by_label("Access key").fill(PAYROLL_BRIDGE_KEY)
    page.get_by_label("Access key").press("Enter")
    allowed(page, "checkbox", "All resources of Demo Payroll Bridge")


def an_identifier_for_an_integration(page):
    page.get_by_role("link", name="API identifiers").first.click()
    page.get_by_role("button", name="Create new API identifier").click()
    page.get_by_label("Note", exact=True).fill("Travel bills")
    page.get_by_label("Integration", exact=True).select_option(label="Severa")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row").filter(has_text="Travel bills")
    expect(row.filter(has_text="Severa").first).to_be_visible()


def reopen_all(page):
    page.get_by_role("link", name="Review and reopen").first.click()
    page.get_by_label(re.compile("All [5-9]")).check()
    page.get_by_role("button", name=re.compile("Reopen [5-9]")).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Reopen [5-9]")).click()
    expect(page.get_by_text("There is nothing to review.")).to_be_visible()


AT_MOST = {
    one_resource: 2,
    find_and_allow: 3,
    only_what_it_needs: 3,
    custom_by_key: 4,
    an_identifier_for_an_integration: 5,
    reopen_all: 4,
}
"""Presses from the company's home on."""


def test_the_jobs_that_people_do_most(page: Page, site, sign_in_as, bakery, rights_url):
    page.add_init_script(COUNT)
    sign_in_as("kh")
    taken = {}
    for job in AT_MOST:
        if job is reopen_all:
            page.goto(rights_url() + "block-traffic/")
            page.get_by_role("button", name="Block API traffic").click()
            expect(page.get_by_text("API traffic is closed").first).to_be_visible()
        page.goto(f"{site}/companies/{bakery.business_id}/")
        page.evaluate("sessionStorage.clear()")
        job(page)
        taken[job] = int(page.evaluate("sessionStorage.presses"))
    assert all(taken[job] <= most for job, most in AT_MOST.items()), taken
