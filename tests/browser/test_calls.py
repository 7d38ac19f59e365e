"""An integration that suddenly stopped working is found and mended from the company home."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from apps.companies.models import Company
from apps.core.fields import Secret
from apps.demo.tasks import make_traffic
from apps.gateway import installation
from apps.identifiers.models import ApiIdentifier
from apps.resources.models import Integration
from tests.browser.conftest import RULES, STRUCTURE
from tests.calls.conftest import send_signed

FEWEST = 5
"""In fewer clicks than these an integration works again, each person's counted apart."""


@pytest.fixture
def traffic(world):
    """Eight days of requests of the demo companies: in six of them something has gone wrong."""
    make_traffic(installation.read(**settings.GATEWAY), datetime.now(UTC), days=8)


@dataclass
class Program:
    """A program of an integration, with the Key that it was given and the clock that it has."""

    company: str
    integration: str
    code: str
    key: str = ""
    behind: int = 0

    @property
    def identifiers(self):
        """The identifiers that were made for it, the oldest first."""
        return ApiIdentifier.objects.filter(made_in__name=self.company).order_by("pk")

    @property
    def passes(self):
        """Whether a call of now passes at the endpoint."""
        identifier = self.identifiers.last()
        identifier.key = Secret.of(self.key) if self.key else identifier.key
        integration = Integration.objects.get(name_en=self.integration)
        where = Company.objects.get(name=self.company)
        answer = send_signed(identifier, integration, self.code, where=where, ago=self.behind)
        return answer.code is None


@dataclass
class Walk:
    """A person's way from a company's home, in clicks; every page on it is checked."""

    page: Page
    site: str
    sign_in_as: Callable
    check: Callable
    clicks: Sequence[str] = ()

    def begin(self, who, program):
        """Go to the company's home as somebody else."""
        self.sign_in_as(who)
        number = Company.objects.get(name=program.company).business_id
        self.page.goto(f"{self.site}/companies/{number}/")
        self.clicks = [who]

    def click(self, role, name, near=None):
        """Click once more."""
        self.clicks = [*self.clicks, name]
        assert len(self.clicks) <= FEWEST, self.clicks
        around = self.page.get_by_role("listitem").filter(has_text=near) if near else self.page
        around.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state()
        width = self.page.viewport_size["width"]
        self.check(f"mend-{'-'.join(self.clicks)}-{width}", RULES if width > 390 else STRUCTURE)
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    def find(self, program, said):
        """Find as the office what is said of a program that no longer works."""
        assert not program.passes
        self.begin("tpk", program)
        self.click("link", "API calls", "refused since yesterday")
        heading = self.page.get_by_role("heading", name=f"{program.integration}: {said}")
        expect(heading).to_be_visible()

    def ask(self, program, said, who):
        """Find it, and return the text that can be sent to whoever is said to be able to mend it."""
        self.find(program, said)
        expect(self.page.locator(".way")).to_contain_text(who)
        self.page.locator(".way summary").click()
        self.click("button", "Copy text")
        return self.copied("Text copied.")

    def copied(self, said):
        """Return what was copied, once it is said."""
        expect(self.page.get_by_role("status")).to_contain_text(said)
        return self.page.evaluate("navigator.clipboard.readText()")


@pytest.fixture
def walk(context, page, site, sign_in_as, check, traffic):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return Walk(page, site, sign_in_as, check)


def allow_what_was_blocked(walk):
    program = Program("Demo Florist", "Severa", "customer.nv")
    walk.find(program, "Blocked for this integration")
    walk.click("button", "Allow these 2")
    expect(walk.page.get_by_role("status")).to_contain_text("allowed for Severa")
    assert program.passes
    walk.click("button", "Undo")
    assert not program.passes


def let_the_owner_back(walk):
    program = Program("Demo Optics", "WooVisor", "salesinvoice.nv")
    walk.find(program, "The owner's access has ended")
    walk.click("link", "Users and roles WooVisor")
    walk.click("link", "Edit")
    walk.page.get_by_label("Valid until").fill("")
    walk.click("button", "Save")
    assert program.passes


def hand_over_the_new_key(walk):
    program = Program("Demo Roofing", "Admicom Flex", "workday.nv")
    program.key = program.identifiers.first().key.reveal()
    key = f"Key of {program.identifiers.last().user_id}"
    asked = walk.ask(program, "Wrong signature", "Only its owner, Demo Roofing Helper, can copy it")
    assert f"If the program does not have the {key}" in asked
    walk.begin("roofing", program)
    walk.click("link", "API identifiers")
    walk.click("button", f"Copy {key}")
    program.key = walk.copied("Key copied.")
    assert program.passes


def change_the_package(walk):
    program = Program("Demo Boatyard", "Finazilla", "accountlist.nv")
    said = "Not included in the service package"
    asked = walk.ask(program, said, "The package is changed in Netvisor Store.")
    assert "Change the package in Netvisor Store." in asked
    walk.sign_in_as("staff")
    number = Company.objects.get(name=program.company).pk
    walk.page.goto(f"{walk.site}/admin/companies/company/{number}/change/")
    walk.page.get_by_label("Package").select_option("premium")
    walk.page.get_by_role("button", name="Save", exact=True).click()
    walk.page.wait_for_load_state()
    assert program.passes


def resume(walk):
    program = Program("Demo Fitness", "Thril", "salesinvoice.nv")
    user_id = program.identifiers.last().user_id
    who = "Only its owner, Demo Fitness Helper, can resume it."
    assert f"{user_id} is paused" in walk.ask(program, "The identifier is paused", who)
    walk.begin("fitness", program)
    walk.click("link", "API identifiers")
    walk.click("button", f"Resume {user_id}")
    expect(walk.page.get_by_role("button", name=f"Pause {user_id}")).to_be_visible()
    assert program.passes


def set_the_clock(walk):
    program = Program("Demo Catering", "eTasku", "escan.nv", behind=3600)
    asked = walk.ask(program, "The program's clock is wrong", "Ask the vendor of eTasku.")
    assert asked.endswith("The program's clock was 60 minutes behind.")
    program.behind = 0
    assert program.passes


CAUSES = [
    allow_what_was_blocked,
    let_the_owner_back,
    hand_over_the_new_key,
    change_the_package,
    resume,
    set_the_clock,
]


@pytest.mark.parametrize("width", [1440, 390])
def test_each_of_six_causes_is_found_and_mended_in_under_five_clicks(page, walk, width):
    page.set_viewport_size({"width": width, "height": 900})
    for mend in CAUSES:
        mend(walk)


def test_calls_are_read_by_keyboard_in_every_language_and_in_the_dark(page, site, walk):
    walk.sign_in_as("reader")
    calls = f"{site}/companies/{Company.objects.get(name='Demo Bakery').business_id}/calls/"
    one = page.get_by_role("region", name="Single calls").get_by_role("link").first
    page.goto(calls)
    page.locator("details.chart summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Accepted").first).to_be_visible()
    walk.check("calls-unfolded")
    places = {"calls": calls, "one-call": f"{site}{one.get_attribute('href')}"}
    page.emulate_media(color_scheme="dark")
    for language, (name, place) in product(("fi", "sv"), places.items()):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        page.goto(place)
        expect(page.locator("html")).to_have_attribute("lang", language)
        walk.check(f"{name}-{language}-dark")
