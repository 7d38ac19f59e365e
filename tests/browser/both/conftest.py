"""A page with script, and the same again without."""

import pytest


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request, new_context):
    return new_context(java_script_enabled=request.param).new_page()


@pytest.fixture
def context(page):
    return page.context
