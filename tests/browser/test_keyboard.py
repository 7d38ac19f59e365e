"""Everything by keyboard: how far it is to the first switch, and the walk of what people do most."""

import pytest
from playwright.sync_api import Locator, Page, expect

FAR = 60
"""So many times somebody presses Tab before giving up."""
IS_SWITCH = "document.activeElement.getAttribute('role') === 'switch'"


def tab_until(page: Page, condition: str, argument=None) -> int:
    """Press Tab until something has the focus; return how many times that took."""
    for presses in range(1, FAR + 1):
        page.keyboard.press("Tab")
        if page.evaluate(condition, argument):
            return presses
    raise AssertionError(f"not reached by {FAR} presses of Tab")


def tab_to(page: Page, control: Locator):
    """Go on with Tab until a control has the focus; there must be one alone."""
    tab_until(page, "one => one === document.activeElement", control.element_handle())


def skip_to(page: Page, name: str):
    """Press a link at the very beginning of a page that was just opened."""
    tab_to(page, page.get_by_role("link", name=name))
    page.keyboard.press("Enter")


@pytest.mark.parametrize("name", [None, "Severa", "Luovu", "Zevoy"])
def test_the_first_switch_is_near_the_skip_link(page, sign_in_as, rights_url, name):
    sign_in_as("kh")
    page.goto(rights_url(name))
    skip_to(page, "Skip to the resources")
    assert tab_until(page, IS_SWITCH) < 10


def test_what_people_do_most_goes_by_keyboard_alone(page, sign_in_as, rights_url):
    sign_in_as("tpk")
    page.goto(rights_url())
    tab_to(page, page.locator("#switcher summary"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("searchbox", name="Find a company"))
    page.keyboard.type("bakery")
    expect(page.locator("#switcher-list a")).to_have_count(1)
    tab_to(page, page.locator("#switcher-list a"))
    page.keyboard.press("Enter")
    switch_integration(page)
    press_and_undo(page)
    block_a_section(page)
    look_at_what_a_resource_is(page)


def test_the_menu_of_a_phone_never_lies_over_what_has_the_focus(page, sign_in_as, rights_url):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in_as("kh")
    page.goto(rights_url())
    opener = page.get_by_role("button", name="Menu", exact=True)
    first = page.get_by_role("link", name="API identifiers", exact=True)
    tab_to(page, opener)
    page.keyboard.press("Enter")
    tab_to(page, first)
    page.keyboard.press("Shift+Tab")
    expect(first).to_be_visible()
    tab_until(page, "() => document.activeElement.closest('main')")
    expect(first).to_be_hidden()
    opener.click()
    first.focus()
    opener.click()
    expect(first).to_be_hidden()


def switch_integration(page):
    tab_to(page, page.get_by_role("link", name="Zevoy"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Zevoy")).to_be_visible()


def press_and_undo(page):
    skip_to(page, "Skip to the resources")
    switch = page.get_by_role("switch", name="Get customer list")
    tab_to(page, switch)
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(switch).to_be_focused()
    page.keyboard.press("u")
    expect(switch).to_have_attribute("aria-checked", "false")


def block_a_section(page):
    page.goto(page.url.partition("#")[0])
    skip_to(page, "Skip to the resources")
    section = page.get_by_role("checkbox", name="All resources in Sales")
    tab_to(page, section)
    page.keyboard.press("Space")
    expect(section).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Space")
    expect(section).to_have_attribute("aria-checked", "false")


def look_at_what_a_resource_is(page):
    about = page.get_by_role("button", name="About Get customer list")
    tab_to(page, about)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(about).to_be_focused()
