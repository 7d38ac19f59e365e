"""Nothing jumps: the rows stand still, whatever is pressed, and however often."""

import pytest
from playwright.sync_api import Page

from apps.accounts.models import User
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet

UNDO = "u"
PRESSES = [
    "Get customer list",
    "Get customer details",
    UNDO,
    "All resources in Sales",
    "All resources in Sales",
    UNDO,
    UNDO,
    "Get customer list",
]
PLACES = """() => [...document.querySelectorAll("#found [role=switch], #found h3, #found h4")]
    .filter((one) => one.checkVisibility())
    .map((one) => `${one.textContent.trim() || one.getAttribute("aria-label")}: ${Math.round(one.getBoundingClientRect().top)}`)"""
TALL = 2000
"""All that is pressed is in sight, so that nothing is scrolled to."""


def press(page: Page, what: str):
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        if what == UNDO:
            page.keyboard.press(UNDO)
        else:
            page.get_by_label(what, exact=True).click()
    page.wait_for_timeout(100)


def unfold(page: Page, section: str):
    fold = page.get_by_role("button", name=section, exact=True)
    if fold.get_attribute("aria-expanded") == "false":
        fold.click()


@pytest.mark.parametrize("width", [1440, 1100, 390])
def test_rows_stand_still_at_every_press(page, sign_in_as, rights_url, bakery, width):
    sign_in_as("kh")
    Listing.objects.create(company=bakery, allowed=ResourceSet(range(2)))
    page.set_viewport_size({"width": width, "height": TALL})
    moved = []
    for name in ("Luovu", "Zevoy", None):
        page.goto(rights_url(name))
        unfold(page, "Sales")
        before = page.evaluate(PLACES)
        for number, what in enumerate(PRESSES):
            press(page, what)
            after = page.evaluate(PLACES)
            places = [place.rpartition(":")[2] for place in after]
            if places != [place.rpartition(":")[2] for place in before]:
                moved.append(f"{name}, press {number}, {what}: {before[0]} to {after[0]}")
            before = after
    assert moved == [], "\n".join(moved)


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_what_the_general_view_recommends_takes_one_line(page, sign_in_as, rights_url, language):
    User.objects.update(language=language)
    sign_in_as("kh")
    page.goto(rights_url())
    words = page.locator(".notice p")
    assert words.bounding_box()["height"] < 40


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_what_an_integration_that_is_not_in_the_list_says_takes_two_lines(
    page, sign_in_as, rights_url, language
):
    User.objects.update(language=language)
    sign_in_as("kh")
    page.goto(rights_url("Luovu"))
    assert page.locator(".notice p").bounding_box()["height"] < 64


def test_what_unfolds_on_a_phone_stays_under_the_thumb(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(rights_url("Luovu"))
    page.evaluate("scrollTo({ top: 80, behavior: 'instant' })")
    assert page.evaluate("scrollY") == 80
    assert stays_where_it_is(page, ".traffic-fold")
    page.get_by_role("button", name="Menu", exact=True).click()
    assert stays_where_it_is(page, "#person > summary")
    name = page.locator("#person .cut")
    assert name.evaluate("(one) => one.scrollWidth <= one.clientWidth")


def stays_where_it_is(page: Page, what: str) -> bool:
    before = page.locator(what).bounding_box()
    page.mouse.click(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    page.wait_for_timeout(300)
    return page.locator(what).bounding_box()["y"] == before["y"]
