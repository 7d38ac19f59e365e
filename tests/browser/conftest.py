"""A real Chromium on the demo world, with every console error counted."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.companies.models import Company
from apps.identifiers.models import ApiIdentifier
from apps.resources.models import Integration, Listing
from apps.resources.rules import ResourceSet
from tests.conftest import signed_in
from tests.factories import IntegrationFactory

PROGRAMS = ["chromium-headless-shell", "chromium", "google-chrome"]
"""The first that is here runs: the shell draws no window around its pages, which is half the work."""
expect.set_options(timeout=15_000)  # a busy machine is no defect
MEMBER = "member@demo.example"
WORDS = "Keski-Pohjanmaan maanrakennus- ja kuljetusyrittäjien laskutuspalveluosuuskunnan rajapinta "
WORD = "Maanrakennuskuljetusliikkeenharjoittajayhdistystoiminnanjohtaja"
GIVEN_UP = ["htmx:afterRequest", "htmx:sendAbort"]  # an answer still awaited when its page is left
SHOTS = os.environ.get("SHOTS")  # a folder for pictures of every page and state that is checked
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # to describe what passes takes three times as long
}
CONTRAST = "color-contrast"
"""The rule that takes most of the time; neither a language nor a width changes a colour."""
STRUCTURE = RULES | {"rules": {CONTRAST: {"enabled": False}}}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {
        **browser_type_launch_args,
        "executable_path": found,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", *quiet],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "locale": "en-GB"}


@pytest.fixture
def site(world, live_server) -> str:
    """The address of the running site."""
    return live_server.url


@pytest.fixture
def rights_url(site, bakery) -> Callable[[str | None], str]:
    """Return a function that gives the address of the bakery's rights, of an integration by name."""

    def url(name: str | None = None) -> str:
        base = f"{site}/companies/{bakery.business_id}/interface-resources/"
        return base + (f"{Integration.objects.get(name_en=name).public_id}/" if name else "")

    return url


def long_name(part: str, length: int) -> str:
    return (part * length)[:length].strip()


@pytest.fixture
def unkind(bakery) -> dict[str, Integration]:
    """Give companies, people, integrations and notes the longest names.

    Returns two integrations, one named by long words and one by an endless word.
    """
    bakery.name = long_name(WORDS, 200)
    bakery.save()
    Company.objects.filter(name="Demo Carpentry").update(name=long_name(WORD, 200))
    User.objects.filter(email__in=["kh@demo.example", MEMBER]).update(name=long_name(WORD, 100))
    ApiIdentifier.objects.filter(owner__email=MEMBER).update(note=long_name(WORD, 200))
    made = {}
    for name, part, allowed in (("words", WORDS, 60), ("word", WORD, 0)):
        made[name] = IntegrationFactory(name_en=long_name(part, 149), needed=ResourceSet(range(90)))
        Listing.objects.create(
            company=bakery, integration=made[name], allowed=ResourceSet(range(allowed))
        )
    return made


@pytest.fixture
def sign_in_as(context, site) -> Callable[[str], None]:
    """Return a function that signs a demo person in, in this browser."""

    def sign_in(who: str, *, password_age: float = 0) -> None:
        user = User.objects.get(email=f"{who}@demo.example")
        client = signed_in(user, password_age=password_age)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    return sign_in


@pytest.fixture
def expected_problems() -> list[str]:
    """Parts of console errors that a test provokes; any other fails it."""
    return []


@pytest.fixture(autouse=True)
def _no_console_errors(page: Page, expected_problems):
    problems: list[str] = []
    expected_problems += GIVEN_UP
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield
    surprising = [p for p in problems if not any(part in p for part in expected_problems)]
    assert surprising == []


@pytest.fixture
def check(page: Page) -> Callable[..., None]:
    """Return a function that runs axe on the page once nothing is awaited; with SHOTS it keeps a picture."""

    def check(name: str, rules: dict[str, Any] = RULES) -> None:
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}.png", caret="initial")
        result = Axe().run(page, options=rules)
        assert result.violations_count == 0, f"{name}: {result.generate_report()}"

    return check
