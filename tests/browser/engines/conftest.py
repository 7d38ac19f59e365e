"""A person at Firefox and at WebKit."""

import os

import pytest

from tests.browser.engines.person import Person
from tests.browser.engines.webdriver import ENGINES


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def person(request, site):
    """Somebody at a browser; skipped where it cannot be had, except in CI."""
    engine = request.param
    if not engine.is_here:
        absent = f"no {engine.name} here; scripts/system-packages installs {engine.packages}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(absent)
    with engine.run(engine.programs[0]) as driver:
        yield Person(driver, site)


@pytest.fixture(autouse=True)
def _no_console_errors():
    """Start no Chromium."""
