"""At every width, in every language, with the longest names: each control is whole and nobody's else."""

from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.resources.models import Integration, Listing
from apps.resources.rules import ResourceSet

MEASURE = (Path(__file__).parent / "measure.js").read_text()
WIDTHS = [320, 360, 390, 600, 767, 768, 930, 960, 1100, 1280, 1440, 1920]
NARROW = [one for one in WIDTHS if one < 1100]
FILTERS = """() => ["find-resource", "show"].map((id) => document.getElementById(id).offsetWidth)"""
LABELS = """() => [...document.querySelectorAll(".users td[data-label]:not(:empty)")].filter((cell) => {
    const before = getComputedStyle(cell, "::before"), value = document.createRange();
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${before.fontSize} ${before.fontFamily}`;
    value.selectNodeContents(cell);
    const room = value.getBoundingClientRect().left - cell.getBoundingClientRect().left;
    return before.content !== "none" && cell.dataset.label.split(" ").some((word) => pen.measureText(word).width > room - 4);
}).map((cell) => cell.dataset.label)"""
"""Labels of cards that run into their values."""
STRIP = """() => {
    const parts = [...document.querySelectorAll("#traffic > *, .panel-traffic > .hint")].filter((one) => one.checkVisibility());
    const middles = parts.map((one) => one.getBoundingClientRect()).map((box) => box.top + box.height / 2);
    return middles.length > 1 ? Math.max(...middles) - Math.min(...middles) : Infinity;
}"""
"""How far the parts of what is said of API traffic stand from one line."""
LINES = """(look) => [...document.querySelectorAll(look)].filter((one) => one.checkVisibility()).filter((one) => {
    const text = document.createRange();
    text.selectNodeContents(one);
    return new Set([...text.getClientRects()].map((line) => Math.round(line.top))).size > 1;
}).map((one) => one.textContent.trim())"""
"""Which of some short words take several lines."""
PHONE = 768
"""Below it controls are made for thumbs."""
PAGES = {
    "rights": ("kh", "{company}/interface-resources/?open=customer.nv&open=accounting.nv"),
    "partly": ("kh", "{company}/interface-resources/{words}/"),
    "blocked": ("kh", "{company}/interface-resources/{word}/?name=a&find=customer"),
    "unlisted": ("kh", "{company}/interface-resources/{luovu}/?find=invoice"),
    "reader": ("reader", "{company}/interface-resources/{words}/?find=invoice"),
    "home": ("tpk", "{company}/"),
    "beginning": ("tpk", "/companies/9000041-7/"),
    "reviews": ("tpk", "{company}/receipts/"),
    "review": ("tpk", "{company}/receipts/{words}/"),
    "identifiers": ("kh", "{company}/api-identifiers/"),
    "own": ("member", "{company}/api-identifiers/"),
    "users": ("kh", "{company}/users/"),
    "help": ("kh", "{company}/help/"),
    "history": ("kh", "{company}/history/"),
    "companies": ("tpk", "/companies/"),
    "office": ("tpk", "/office/"),
    "bulk": ("tpk", "/office/rights/"),
}


@pytest.fixture
def addresses(bakery, unkind) -> dict[str, str]:
    """Return what PAGES names, after everything got the longest name."""
    named = {**unkind, "luovu": Integration.objects.get(name_en="Luovu")}
    company = {"company": f"/companies/{bakery.business_id}"}
    return {name: one.public_id for name, one in named.items()} | company


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_control_is_whole_at_every_width(page, site, sign_in_as, addresses, language):
    User.objects.update(language=language)
    wrong, who = [], None
    for name, (whose, address) in PAGES.items():
        if whose != who:
            page.context.clear_cookies(name="sessionid")
            sign_in_as(who := whose)
        page.goto(site + address.format(**addresses))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate(MEASURE, width < PHONE)
            wrong += [f"{name} {language} {width}: {one}" for one in found]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_filters_have_room_and_labels_end_before_their_values(
    page, sign_in_as, site, bakery, rights_url, language
):
    User.objects.update(language=language)
    sign_in_as("kh")
    page.goto(rights_url("Luovu"))
    assert [width for width in NARROW if min(at(page, width, FILTERS)) < 112] == []
    page.goto(f"{site}/companies/{bakery.business_id}/users/")
    assert {width: found for width in NARROW if (found := at(page, width, LABELS))} == {}


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_roles_and_the_way_to_a_file_are_never_broken(
    page, sign_in_as, site, bakery, rights_url, language
):
    User.objects.update(language=language)
    sign_in_as("tpk")
    broken = {}
    for address in (rights_url(), f"{site}/companies/{bakery.business_id}/users/"):
        page.goto(address)
        for width in (768, 800, 930, 960, 1100, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            look = "#csv a, #person > summary > *, .legend dt"
            if found := page.evaluate(LINES, look):
                broken[width, address[-7:]] = found
    assert broken == {}


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_api_traffic_is_one_line_above_the_rights(page, sign_in_as, rights_url, bakery, language):
    User.objects.update(language=language)
    Listing.objects.create(company=bakery, allowed=ResourceSet(range(29)))
    sign_in_as("kh")
    page.goto(rights_url())
    apart = {width: at(page, width, STRIP) for width in (960, 1100, 1279)}
    assert max(apart.values()) < 12, apart


def at(page, width, look):
    """Return what is seen at a width."""
    page.set_viewport_size({"width": width, "height": 900})
    return page.evaluate(look)


def test_facts_of_clients_on_a_phone_stand_where_their_neighbours_stand(page, site, sign_in_as):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in_as("tpk")
    page.goto(f"{site}/office/")
    cards = page.get_by_role("row").all()[1:]
    for fact in ("business ID", 1), ("API traffic", 3), ("integrations", 4):
        lefts = {card.get_by_role("cell").nth(fact[1]).bounding_box()["x"] for card in cards}
        assert len(lefts) == 1, fact


def test_the_answers_of_a_question_fill_its_width_on_a_phone(page, site, sign_in_as, bakery):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in_as("member")
    page.goto(f"{site}/companies/{bakery.business_id}/api-identifiers/")
    page.get_by_role("button", name="Deactivate DE_").click()
    window = page.get_by_role("dialog")
    cancel = window.get_by_role("button", name="Cancel").bounding_box()
    stop = window.get_by_role("button", name="Deactivate").bounding_box()
    whole = window.bounding_box()
    assert stop["x"] - (cancel["x"] + cancel["width"]) <= 8
    assert whole["x"] + whole["width"] - (stop["x"] + stop["width"]) <= 25


@pytest.mark.parametrize("width", [390, 1440])
def test_the_ways_to_end_access_stand_apart(page, site, sign_in_as, bakery, width):
    page.set_viewport_size({"width": width, "height": 900})
    member = bakery.memberships.get(user__email="member@demo.example")
    sign_in_as("kh")
    page.goto(f"{site}/companies/{bakery.business_id}/users/{member.pk}/")
    end = page.get_by_role("button", name="End access now").bounding_box()
    remove = page.get_by_role("link", name="Remove from this company").bounding_box()
    assert remove["y"] - (end["y"] + end["height"]) >= 16


def test_a_home_without_rights_begins_at_the_left(page, site, sign_in_as, bakery):
    sign_in_as("member")
    page.goto(f"{site}/companies/{bakery.business_id}/")
    name = page.get_by_role("heading", name="Demo Bakery").bounding_box()
    first = page.get_by_role("heading", name="API identifiers").bounding_box()
    assert first["x"] == name["x"]


def test_hidden_keys_take_the_room_that_keys_take(page, site, sign_in_as, bakery):
    sign_in_as("member")
    page.goto(f"{site}/companies/{bakery.business_id}/api-identifiers/")
    words = "one => { const all = document.createRange(); all.selectNodeContents(one); return all.getBoundingClientRect().right }"
    end = page.get_by_role("img", name="Key, hidden").first.evaluate(words)
    show = page.get_by_role("button", name="Show Key").first.bounding_box()
    assert show["x"] - end < 32
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(LINES, "[role=img]") == []
