"""Blocking API traffic and answering what it took, as a person does it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.resources.models import Integration, Listing
from apps.usage.models import Usage
from tests.browser.test_widths import MEASURE, PHONE


def walk(page: Page, rights_url, check):
    """Block everything, look at what waits, and reopen one resource of Zevoy."""
    page.goto(rights_url() + "block-traffic/")
    page.get_by_role("button", name="Block API traffic").click()
    page.get_by_role("link", name="Review and reopen").click()
    zevoy = page.get_by_role("region", name="Zevoy")
    zevoy.get_by_text("2 resources were allowed").click()
    check("reopen-unfolded")
    zevoy.get_by_role("button", name="Reopen selected").click()
    expect(zevoy.get_by_role("alert")).to_have_text("Choose at least one resource.")
    expect(zevoy.get_by_role("group").get_by_role("checkbox").first).to_be_focused()
    check("reopen-nothing-chosen")
    page.keyboard.press("Space")
    zevoy.get_by_role("button", name="Reopen selected").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    check("reopen-question")
    page.get_by_role("button", name="Reopen", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("1 resource allowed again for Zevoy.")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_block_is_reviewed_and_one_resource_reopened(
    page, sign_in_as, rights_url, check, expected_problems, width
):
    expected_problems += ["422"]
    page.set_viewport_size({"width": width, "height": 900})
    sign_in_as("kh")
    walk(page, rights_url, check)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate(MEASURE, width < PHONE) == []
    assert (
        len(Listing.objects.get(integration__name_en="Zevoy", company__name="Demo Bakery").allowed)
        == 1
    )


def test_leaving_all_blocked_ends_the_wait(page, sign_in_as, rights_url, expected_problems):
    expected_problems += ["422"]
    sign_in_as("kh")
    page.goto(rights_url() + "block-traffic/")
    page.get_by_role("button", name="Block API traffic").click()
    page.get_by_role("link", name="Review and reopen").wait_for()
    page.goto(rights_url() + "reopen/")
    page.get_by_role("button", name="Reopen selected", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("Choose at least one integration.")
    expect(page.get_by_role("checkbox", name="All 3")).to_be_focused()
    page.get_by_role("checkbox", name="Reopen Zevoy").check()
    expect(page.get_by_role("alert")).to_have_count(0)
    for name in ("Bezala", "Demo Warehouse Bridge", "Zevoy"):
        page.get_by_role("button", name=f"Leave all blocked: {name}").click()
        expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
        page.get_by_role("button", name="Leave blocked", exact=True).click()
    expect(page.get_by_text("There is nothing to review.")).to_be_visible()


@pytest.fixture
def counted(bakery):
    """Zevoy used one of its resources for months; Bezala used two, and is refused since today."""

    def count(name, resource, ago, verdict="", calls=12):
        at = timezone.now() - timedelta(days=ago)
        Usage.objects.create(
            day=timezone.localdate(at),
            company=bakery.pk,
            integration=Integration.objects.get(name_en=name).pk,
            identifier=0,
            resource=resource,
            verdict=verdict,
            count=calls,
            last_at=at,
        )

    for ago in range(40, 100, 5):
        count("Zevoy", "accounting.nv", ago)
        count("Bezala", "customer.nv", ago)
    count("Bezala", "salesinvoice.nv", 3)
    count("Bezala", "employee.nv", 0, "blocked_for_integration", calls=1153)


@pytest.mark.parametrize("width", [1440, 390])
def test_only_what_was_used_is_reopened(
    page, sign_in_as, rights_url, check, counted, bakery, width
):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in_as("kh")
    page.goto(rights_url().replace("interface-resources/", ""))
    check(f"home-calls-{width}")
    page.get_by_role("listitem").filter(has_text="1,153").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Bezala: Blocked for this integration")).to_be_visible()
    page.get_by_role("button", name="Turn the emails on").click()
    expect(page.get_by_role("status")).to_contain_text("You will get an email")
    page.get_by_role("heading", name="Emails about new refusals").scroll_into_view_if_needed()
    check(f"calls-emails-{width}")
    page.goto(rights_url() + "block-traffic/")
    page.get_by_role("button", name="Block API traffic").click()
    page.get_by_role("link", name="Review and reopen").click()
    zevoy = page.get_by_role("region", name="Zevoy")
    zevoy.get_by_text("2 resources were allowed").click()
    expect(zevoy.get_by_text("132 calls, last on")).to_be_visible()
    zevoy.get_by_text("132 calls, last on").scroll_into_view_if_needed()
    check(f"reopen-used-{width}")
    for language in ("fi", "sv", "en"):
        User.objects.update(language=language)
        page.reload()
        check(f"reopen-used-{language}-{width}", {"runOnly": ["wcag2a"]})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("checkbox", name="All 3").check()
    page.get_by_role("button", name="Reopen only those used in 90 days", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("3 resources will be allowed again")
    check(f"reopen-used-several-{width}")
    page.get_by_role("button", name="Cancel").click()
    zevoy.get_by_role("button", name="Reopen only those used in 90 days (1): Zevoy").click()
    page.get_by_role("button", name="Reopen", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("1 resource allowed again for Zevoy.")
