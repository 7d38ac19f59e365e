"""What Tab reaches first stands first (WCAG 2.4.3), with script and without."""

import pytest
from playwright.sync_api import expect

ORDERS = """() => {
    const panels = [...document.querySelectorAll(".panels > section")].filter((one) => one.checkVisibility());
    const box = (one) => one.getBoundingClientRect();
    const seen = [...panels].sort((a, b) => {
        const [one, other] = [box(a), box(b)];
        if (one.bottom <= other.top + 1) return -1;
        return other.bottom <= one.top + 1 ? 1 : one.left - other.left;
    });
    const names = (some) => some.map((one) => one.className.split(" ")[0]);
    return [names(panels), names(seen)];
}"""
"""The panels as they come in the page, and as they stand."""


@pytest.mark.parametrize("name", [None, "Luovu"])
def test_the_panels_stand_as_tab_goes_through_them(page, sign_in_as, rights_url, name):
    sign_in_as("kh")
    for width in (390, 768, 959, 960, 1279, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(rights_url(name))
        in_page, seen = page.evaluate(ORDERS)
        assert (width, in_page) == (width, seen)


def test_the_panels_follow_when_the_window_is_made_smaller(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url())
    for width in (1440, 390, 1100, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)
        in_page, seen = page.evaluate(ORDERS)
        assert (width, in_page) == (width, seen)


def test_the_focus_stays_when_its_panel_moves(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(rights_url())
    link = page.get_by_role("link", name="Older signatures")
    link.focus()
    for width in (1100, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)
        expect(link).to_be_focused()
