"""A page with script, and the same again without."""

import pytest
from playwright.sync_api import Page


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request, new_context):
    return new_context(java_script_enabled=request.param).new_page()


@pytest.fixture
def context(page):
    return page.context


def search(page: Page) -> None:
    """Search as a person would: without script by the button, else it happens by itself."""
    button = page.get_by_role("button", name="Search")
    if button.is_visible():
        button.click()
