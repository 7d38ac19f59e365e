"""One walk through what people do most, in the engines of other browsers."""

import re

from apps.demo.services import PASSWORD, PAYROLL_BRIDGE_KEY

BAKERY = "/companies/9000001-1/"


def test_the_product_works(person):
    person.resize(1440)
    sign_in(person)
    allow_and_undo(person)
    reload_after_a_press(person)
    filter_resources(person)
    find_integrations(person)
    open_a_window(person)
    block_and_reopen(person)
    make_an_identifier(person)
    prepare_a_bulk_change(person)
    use_a_phone(person)


def sign_in(person):
    person.visit("/accounts/login/")
    person.type("Email", "tpk@demo.example")
    person.type("Password", PASSWORD)
    person.press("button", "Sign in")
    person.sees("link", "Demo Bakery")


def allow_and_undo(person):
    person.visit(f"{BAKERY}interface-resources/")
    person.press("link", re.compile("Severa.*"))
    for role, name in (
        ("switch", "Get customer list"),
        ("checkbox", "All resources in Travel"),
    ):
        person.sees(role, name, **{"aria-checked": "false"})
        person.press(role, name)
        person.sees(role, name, **{"aria-checked": "true"})
        person.press("button", "Undo")
        person.sees(role, name, **{"aria-checked": "false"})


RELOAD = """
const region = document.getElementById("status");
sessionStorage.said = "";
new MutationObserver(() => { sessionStorage.said += region.textContent; }).observe(region, { childList: true, subtree: true });
document.querySelector('[role=switch][aria-label="Get customer list"]').click();
window.pressed = true;
setTimeout(() => location.reload(), 5);
"""
"""Presses a switch, reloads while the answer is awaited, and keeps what the page says of it."""


def reload_after_a_press(person):
    person.run(RELOAD)
    person.until(lambda: person.run("return !window.pressed"), "a new page")
    person.sees("switch", "Get customer list")
    assert "saved" not in person.run("return sessionStorage.said")


def filter_resources(person):
    person.type("Find a resource", "employee")
    person.counts("switch", 16)


def find_integrations(person):
    person.type("Integration name", "luo")
    person.press("link", "Luovu")
    person.sees("heading", "Luovu")
    person.press("radio", "Custom integrations")
    person.type("Access key", PAYROLL_BRIDGE_KEY)
    person.press("button", "Search")
    person.sees("heading", "Demo Payroll Bridge")


def open_a_window(person):
    person.press("button", "About Get customer list")
    person.sees("dialog", "Get customer list")
    person.escape()
    person.sees_no("dialog", "Get customer list")
    person.stands_on("About Get customer list")


def block_and_reopen(person):
    person.press("button", "Block API traffic")
    person.stands_on("Cancel")
    person.press("button", "Block API traffic")
    person.reads("API traffic is closed.")
    person.press("link", "Review and reopen")
    person.press("button", re.compile("Reopen.*: Zevoy"))
    person.press("button", "Reopen")
    person.reads("allowed again for Zevoy")


def make_an_identifier(person):
    person.press("link", "API identifiers")
    person.press("button", "Create new API identifier")
    person.reads("is ready.")


def prepare_a_bulk_change(person):
    companies = [re.compile(f"{name}.*") for name in ("Demo Florist", "Demo Garage")]
    person.visit("/office/rights/")
    person.choose("Integration", "Luovu")
    person.type("Reason", "Luovu taken into use")
    for company in companies:
        person.press("checkbox", company)
    person.press("button", "Preview")
    person.sees("button", re.compile("Allow in 2 .*"))
    person.back()
    person.sees("field", "Reason", value="Luovu taken into use")
    for company in companies:
        person.sees("checkbox", company, checked=True)


def use_a_phone(person):
    person.resize(390)
    person.visit(BAKERY)
    person.press("button", "Menu")
    person.press("link", "Users and roles")
    person.sees("heading", "Users and roles")
