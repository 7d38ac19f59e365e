"""An older way of signing is accepted for a while, by keyboard, with script and without."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect


def test_one_is_accepted_until_a_day_and_ended_early(
    page, sign_in_as, rights_url, expected_problems
):
    expected_problems += ["422"]
    sign_in_as("kh")
    page.goto(rights_url())
    page.get_by_role("link", name="Older signatures").press("Enter")
    one, today = page.get_by_role("region", name="SHA256"), timezone.localdate()
    expect(one).to_contain_text("Not accepted")

    one.get_by_label("Last day").fill(str(today + timedelta(days=91)))
    one.get_by_label("Last day").press("Enter")
    expect(one).to_contain_text("Choose a day at most 90 days ahead.")
    expect(one.get_by_label("Last day")).to_be_focused()
    expect(one.get_by_label("Last day")).to_have_value(str(today + timedelta(days=91)))

    one.get_by_label("Last day").fill(str(today + timedelta(days=30)))
    one.get_by_role("button", name="Accept SHA256").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("SHA256 is accepted until the end of")
    expect(one).to_contain_text("Accepted until the end of")
    one.get_by_role("button", name="Stop accepting SHA256").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("SHA256 is no longer accepted.")
    expect(one).to_contain_text("Not accepted")
