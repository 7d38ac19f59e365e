"""How a press behaves under the hand: one press is one change, and the page says what became of it."""

import time

import pytest
from playwright.sync_api import Page, expect

from apps.audit.models import AuditEvent
from apps.identifiers.models import ApiIdentifier
from apps.resources.models import Listing
from tests.browser.conftest import MEMBER

GAPS = [0, 50, 150, 300, 500]
"""Milliseconds between the two clicks of one double click."""


def double_click(page: Page, control, gap: int):
    """Click twice at one place, as an operating system reports it: the second is click number two."""
    control.scroll_into_view_if_needed()
    box = control.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for number in (1, 2):
        page.mouse.down(click_count=number)
        page.mouse.up(click_count=number)
        if number == 1:
            page.wait_for_timeout(gap)


def saved(count: int):
    """Return whether so many changes have been recorded, once all answers are there."""
    return AuditEvent.objects.count() == count


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Get customer list", "switch"),
        ("All resources in Sales", "checkbox"),
        ("All resources of Severa", "checkbox"),
    ],
)
def test_a_double_click_is_one_change(page, sign_in_as, rights_url, bakery, name, kind):
    sign_in_as("kh")
    listing = Listing.objects.get(company=bakery, integration__name_en="Severa")
    for gap in GAPS:
        Listing.objects.filter(pk=listing.pk).update(allowed=listing.allowed)
        page.goto(rights_url("Severa"))
        before = AuditEvent.objects.count()
        double_click(page, page.get_by_role(kind, name=name), gap)
        expect(page.get_by_role(kind, name=name)).to_have_attribute("aria-checked", "true")
        page.wait_for_load_state("networkidle")
        assert saved(before + 1), gap
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
        expect(page.locator("#status .error")).to_have_count(0)


def test_a_double_click_pauses_and_another_resumes(page, site, sign_in_as, bakery):
    sign_in_as("member")
    one = ApiIdentifier.objects.get(owner__email=MEMBER, deactivated_at=None)
    page.goto(f"{site}/companies/{bakery.business_id}/api-identifiers/")
    presses = [("Pause", "Resume"), ("Resume", "Pause")] * 3
    for gap, (press, then) in zip(GAPS, presses, strict=False):
        before = AuditEvent.objects.count()
        double_click(page, page.get_by_role("button", name=f"{press} {one.user_id}"), gap)
        expect(page.get_by_role("button", name=f"{then} {one.user_id}")).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert saved(before + 1), gap
        page.wait_for_timeout(600)


def test_a_press_shows_that_it_works_and_waits_for_its_answer(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    held = []
    page.route("**/set/", lambda route: held.append(route))
    switch = page.get_by_role("switch", name="Get customer list")
    switch.click()
    expect(switch).to_have_attribute("aria-busy", "true")
    switch.click()
    page.wait_for_timeout(100)
    assert len(held) == 1
    held[0].continue_()
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(switch).not_to_have_attribute("aria-busy", "true")
    page.wait_for_timeout(100)
    assert len(held) == 1


def test_each_of_several_waiting_presses_sends_its_own_button(page, sign_in_as, rights_url, bakery):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    names = ["Get customer list", "Get customer details", "Delete customer"]
    page.route("**/set/", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.evaluate(
        """names => names.forEach(one => document.querySelector(`[role=switch][aria-label="${one}"]`).click())""",
        names,
    )
    for name in names:
        expect(page.get_by_role("switch", name=name)).to_have_attribute("aria-checked", "true")
    assert len(Listing.objects.get(company=bakery, integration__name_en="Severa").allowed) == 3


def test_a_press_whose_button_was_taken_away_sends_and_says_nothing(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    before = AuditEvent.objects.count()
    page.evaluate(
        """["All resources in Sales", "Get customer list"].forEach(
            one => document.querySelector(`[aria-label="${one}"]`).click())"""
    )
    expect(page.locator("#status")).to_contain_text("30 resources allowed for Severa.")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#status")).to_contain_text("30 resources allowed for Severa.")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert saved(before + 1)


def test_a_lost_answer_takes_no_undo_away_and_does_not_say_that_nothing_was_saved(
    page, sign_in_as, rights_url, expected_problems
):
    expected_problems += ["ERR_FAILED", "htmx"]
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("switch", name="Get customer list").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.route("**/set/", lambda route: (route.fetch(), route.abort()))
    switch = page.get_by_role("switch", name="Get customer details")
    switch.click()
    expect(page.locator("#status")).to_contain_text("Reload the page to see what was saved")
    expect(switch).not_to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.locator("#status")).not_to_contain_text("Nothing was saved")


def test_leaving_the_page_aborts_without_a_word(page, sign_in_as, rights_url, expected_problems):
    expected_problems += ["ERR_FAILED", "htmx"]
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.route("**/set/", lambda route: route.abort())
    page.evaluate("dispatchEvent(new Event('beforeunload'))")
    page.get_by_role("switch", name="Get customer list").click()
    page.wait_for_timeout(300)
    expect(page.locator("#status .status-message")).to_have_count(0)


def test_a_message_is_dismissed_and_stands_where_it_always_stands(page, sign_in_as, rights_url):
    sign_in_as("kh")
    places = set()
    for name, press in [("Severa", "Get customer list"), ("Bezala", "Delete customer")]:
        page.goto(rights_url(name))
        page.get_by_role("switch", name=press).click()
        message = page.locator(".status-message")
        expect(message).to_be_visible()
        for end in ("0", "document.body.scrollHeight"):
            page.evaluate(f"scrollTo(0, {end})")
            box = message.bounding_box()
            places.add((round(box["x"]), round(box["y"] + box["height"])))
        page.get_by_role("button", name="Close").click()
        expect(message).to_have_count(0)
        expect(page.get_by_role("switch", name=press)).to_be_focused()
    assert len(places) == 1


def test_keys_find_undo_and_explain_until_they_are_switched_off(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("switch", name="Get customer list").click()
    expect(page.get_by_role("button", name="Undo")).to_contain_text("u")
    page.keyboard.press("Control+/")
    page.keyboard.press("Alt+/")
    assert page.evaluate("document.activeElement.id") != "find-resource"
    page.keyboard.press("u")
    expect(page.locator("#status")).to_contain_text("Undone")
    page.keyboard.press("?")
    window = page.get_by_role("dialog", name="Keyboard shortcuts")
    window.get_by_role("switch", name="Keyboard shortcuts are on").click()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "find-resource"


@pytest.mark.parametrize("broken", ["refused", "nonsense"])
def test_everything_works_without_the_browsers_memory(page, sign_in_as, rights_url, broken):
    nonsense = "localStorage.setItem('folded', '{]'); localStorage.setItem('keys', '[')"
    refused = """Object.defineProperty(window, "localStorage", {
        get() { throw new DOMException("no", "SecurityError"); } })"""
    page.add_init_script(refused if broken == "refused" else nonsense)
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("button", name="Sales", exact=True).click()
    expect(page.get_by_role("switch", name="Get customer list")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Find a resource")).to_be_focused()


def test_folding_while_filtering_forgets_no_other_fold(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("button", name="Purchases", exact=True).click()
    page.goto(rights_url("Severa") + "?find=customer")
    page.get_by_role("button", name="Sales", exact=True).click()
    page.goto(rights_url("Severa"))
    for section in ("Purchases", "Sales"):
        fold = page.get_by_role("button", name=section, exact=True)
        expect(fold).to_have_attribute("aria-expanded", "false")


def test_where_pages_may_not_copy_the_key_is_shown_and_marked(page, site, sign_in_as, bakery):
    page.add_init_script("delete window.ClipboardItem")
    sign_in_as("member")
    one = ApiIdentifier.objects.get(owner__email=MEMBER, deactivated_at=None)
    page.goto(f"{site}/companies/{bakery.business_id}/api-identifiers/")
    page.get_by_role("button", name=f"Copy Key of {one.user_id}").click()
    expect(page.locator(f"#key-{one.pk}")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Copy the marked text yourself.")
    page.wait_for_timeout(200)
    marked = page.evaluate("getSelection().toString().trim()")
    assert marked == page.locator(f"#key-{one.pk}").inner_text()
    assert not AuditEvent.objects.filter(verb="identifier:copy").exists()
    assert AuditEvent.objects.filter(verb="identifier:show").exists()


def test_on_a_phone_everything_is_reached_with_and_without_popovers(page, sign_in_as, rights_url):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    block = page.get_by_role("button", name="Block API traffic")
    expect(block).to_be_hidden()
    page.get_by_role("button", name="API traffic", exact=True).click()
    expect(block).to_be_visible()
    menu = page.get_by_role("navigation", name="Company menu")
    expect(menu).to_be_hidden()
    page.evaluate("document.getElementById('menu').removeAttribute('popover')")
    expect(menu.get_by_text("Company menu")).to_be_visible()
    page.locator("#person summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.locator(".side-fold summary").click()
    page.get_by_role("link", name="Bezala").click()
    expect(page.get_by_role("heading", name="Bezala")).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0


def test_a_long_name_is_whole_in_its_title(page, sign_in_as, rights_url, bakery):
    bakery.name = "Pohjois-Karjalan maanrakennus- ja kuljetusyrittäjien osuuskunta " * 3
    bakery.save()
    sign_in_as("kh")
    page.goto(rights_url())
    name = page.locator("#switcher b")
    name.hover()
    expect(name).to_have_attribute("title", bakery.name.strip())


APART = 1_000
"""Milliseconds after which a browser counts the next tap as a first one."""
PHONE = {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 844}}


def middle(control) -> tuple[float, float]:
    """Return where a thumb meets a control, once it is in sight."""
    control.scroll_into_view_if_needed()
    box = control.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def tap(page: Page, at: tuple[float, float], when: float):
    """Tap at a place; the browser takes it as done at the given second, however late it hears of it."""
    touch = page.context.new_cdp_session(page)
    for kind, points in (("touchStart", [{"x": at[0], "y": at[1]}]), ("touchEnd", [])):
        touch.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points, "timestamp": when}
        )
    touch.detach()


def double_tap(page: Page, control, gap: int):
    """Tap twice at one place, whatever the first tap put there."""
    at, start = middle(control), time.time()
    tap(page, at, start)
    page.wait_for_timeout(gap)
    tap(page, at, start + gap / 1000)
    page.wait_for_timeout(APART)  # for what the second tap should not do


@pytest.mark.browser_context_args(**PHONE)
def test_a_double_tap_is_one_change(page, sign_in_as, rights_url, bakery):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("button", name="Sales", exact=True).tap()
    switch = page.get_by_role("switch", name="Get customer list")
    for gap, allowed in zip(GAPS, ["true", "false"] * 3, strict=False):
        before = AuditEvent.objects.count()
        double_tap(page, switch, gap)
        expect(switch).to_have_attribute("aria-checked", allowed)
        assert saved(before + 1), gap


@pytest.mark.browser_context_args(**PHONE)
def test_a_double_tap_makes_one_identifier_also_when_its_page_has_come_between(
    page, site, sign_in_as, bakery
):
    sign_in_as("member")
    page.goto(f"{site}/companies/{bakery.business_id}/api-identifiers/")
    for gap in GAPS:
        before = ApiIdentifier.objects.count()
        double_tap(page, page.get_by_role("button", name="Create new API identifier"), gap)
        expect(page.locator("#status")).to_contain_text("created")
        assert ApiIdentifier.objects.count() == before + 1, gap


@pytest.mark.browser_context_args(java_script_enabled=False, viewport=PHONE["viewport"])
def test_without_script_the_answer_to_a_press_is_in_sight_on_a_phone(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("button", name="Allow the 18 it needs").click()
    expect(page.get_by_text("18 resources allowed for Severa.")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    last = page.get_by_role("main").get_by_role("link").last.bounding_box()
    said = page.locator("#status > *").last.bounding_box()
    assert last["y"] + last["height"] <= said["y"]


@pytest.mark.browser_context_args(**PHONE)
def test_an_impatient_thumb_is_heard_again(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("button", name="Sales", exact=True).tap()
    switch = page.get_by_role("switch", name="Get customer list")
    at, start = middle(switch), time.time()
    for number, allowed in enumerate(["true", "true", "false", "false"]):
        page.wait_for_timeout(APART)
        tap(page, at, start + number / 2)
        expect(switch).to_have_attribute("aria-checked", allowed)
        expect(switch).not_to_have_attribute("aria-busy", "true")


@pytest.mark.browser_context_args(**PHONE)
def test_a_second_tap_is_one_also_when_the_page_hears_of_it_late(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    switch = page.get_by_role("checkbox", name="All resources of Severa")
    before = AuditEvent.objects.count()
    at, start = middle(switch), time.time()
    tap(page, at, start)
    expect(switch).to_have_attribute("aria-checked", "true")
    page.wait_for_timeout(APART)
    tap(page, at, start + 0.5)
    page.wait_for_timeout(APART)
    assert saved(before + 1)


def test_a_press_that_leads_to_a_page_shows_that_it_works_too(page, site, sign_in_as, bakery):
    page.add_init_script(
        """addEventListener("beforeunload", () => {
            sessionStorage.busy = document.querySelector("[aria-busy=true]")?.textContent; })"""
    )
    sign_in_as("member")
    page.goto(f"{site}/companies/{bakery.business_id}/api-identifiers/")
    page.get_by_role("button", name="Create new API identifier").click()
    expect(page.locator("#status")).to_contain_text("created")
    assert "Create new API identifier" in page.evaluate("sessionStorage.busy")
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_a_press_that_leads_nowhere_shows_no_work(page, site, sign_in_as, bakery):
    sign_in_as("member")
    page.goto(f"{site}/companies/{bakery.business_id}/api-identifiers/")
    page.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")
    button = page.get_by_role("button", name="Create new API identifier")
    button.click()
    expect(button).not_to_have_attribute("aria-busy", "true")
