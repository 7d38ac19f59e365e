"""What script adds: nothing reloads, the focus stays, failures are said."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.bulk import services as bulk
from apps.companies.access import OfficeAccess
from apps.companies.models import Membership
from apps.identifiers.models import ApiIdentifier
from apps.resources.models import Integration, InterfaceResource, Listing
from apps.usage.models import Usage
from tests.browser.conftest import MEMBER


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def status(page: Page):
    return page.locator("#status")


def test_the_keyboard_alone_is_enough_and_the_focus_stays(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.evaluate("window.stayed = true")
    switch = page.get_by_role("switch", name="Get customer list")
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(switch).to_be_focused()
    page.keyboard.press("Enter")
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(switch).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="About Get customer list")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Get customer list")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="About Get customer list")).to_be_focused()
    assert page.evaluate("window.stayed")


def test_a_button_that_goes_away_leaves_the_focus_to_its_switch(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Zevoy"))
    page.get_by_role("button", name="Block all 2").first.click()
    expect(page.get_by_role("checkbox", name="All resources of Zevoy")).to_be_focused()


def test_quick_presses_are_all_sent(page, sign_in_as, rights_url, bakery):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    names = [
        "Get customer list",
        "Get customer details",
        "Import customer details",
        "Delete customer",
    ]
    for name in names:
        page.get_by_role("switch", name=name).click()
    for name in names:
        expect(page.get_by_role("switch", name=name)).to_have_attribute("aria-checked", "true")
    assert len(Listing.objects.get(company=bakery, integration__name_en="Severa").allowed) == 4


def test_cancel_has_the_focus_and_gives_it_back(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url())
    page.get_by_role("button", name="Block API traffic").click()
    expect(page.get_by_role("button", name="Cancel", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Block API traffic")).to_be_focused()


def count_of(page, resource):
    row = page.get_by_role("listitem").filter(has=page.get_by_role("switch", name=resource))
    return row.get_by_role("button", name="Integration-specific rights")


def test_the_opened_list_stays_open_when_its_row_changes(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url())
    count = count_of(page, "Get customer list")
    count.click()
    expect(count).to_have_attribute("aria-expanded", "true")
    expect(count).to_be_focused()
    page.get_by_role("switch", name="Get customer list").click()
    expect(page.get_by_role("switch", name="Get customer list")).to_have_attribute(
        "aria-checked", "true"
    )
    expect(count).to_have_attribute("aria-expanded", "true")
    count.click()
    expect(count).to_have_attribute("aria-expanded", "false")


def test_listing_an_integration_moves_no_row(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Luovu"))
    row = page.get_by_role("switch", name="Import customer details")
    before = row.bounding_box()
    row.click()
    expect(status(page)).to_contain_text("Import customer details allowed for Luovu.")
    expect(
        page.get_by_role("region", name="Integrations").get_by_role("link", name="Luovu")
    ).to_be_visible()
    assert row.bounding_box() == before


def test_a_lost_session_leads_to_signing_in_and_back(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("switch", name="Get customer list").click()
    page.get_by_label("Email").fill("kh@demo.example")
    page.get_by_label("Password").fill("netvisor-demo-1")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(rights_url("Severa"))
    expect(page.get_by_role("switch", name="Get customer list")).to_have_attribute(
        "aria-checked", "false"
    )


def test_a_right_lost_meanwhile_is_said_in_the_status_region(
    page, sign_in_as, rights_url, bakery, expected_problems
):
    expected_problems += ["403", "Response Status Error Code"]
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    Membership.objects.filter(company=bakery, user__email="kh@demo.example").update(levels={})
    page.get_by_role("switch", name="Get customer list").click()
    expect(status(page)).to_contain_text("To edit, you need the role KH or TPK")
    expect(page.get_by_role("switch", name="Get customer list")).to_have_attribute(
        "aria-checked", "false"
    )


def test_a_server_out_of_reach_is_said_in_the_status_region(
    page, sign_in_as, rights_url, expected_problems
):
    expected_problems += ["ERR_FAILED", "htmx"]
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.route("**/set/", lambda route: route.abort())
    switch = page.get_by_role("switch", name="Get customer list")
    switch.click()
    expect(status(page)).to_contain_text("There was no connection.")
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(switch).not_to_have_attribute("aria-busy", "true")


def test_the_status_region_is_there_from_the_start_and_polite(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    region = page.locator("#status[role=status]")
    expect(region).to_have_count(1)
    page.evaluate("window.region = document.getElementById('status')")
    page.get_by_role("switch", name="Get customer list").click()
    expect(region).to_contain_text("Get customer list allowed for Severa.")
    assert page.evaluate("window.region === document.getElementById('status')")


def test_on_paper_the_rights_are_a_table_without_panels(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Zevoy"))
    page.get_by_role("button", name="Sales", exact=True).click()
    page.emulate_media(media="print")
    expect(page.get_by_role("region", name="Integrations")).to_be_hidden()
    expect(page.get_by_role("region", name="API traffic")).to_be_hidden()
    expect(page.get_by_role("heading", name="Zevoy")).to_be_visible()
    name = page.get_by_text("Get customer list").first.bounding_box()
    state = page.get_by_role("switch", name="Get customer list")
    expect(state).to_contain_text("Blocked")
    assert state.bounding_box()["y"] < name["y"] + name["height"]


def test_sections_fold(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("button", name="Sales", exact=True).click()
    expect(page.get_by_role("switch", name="Get customer list")).to_be_hidden()
    page.get_by_role("button", name="Sales", exact=True).click()
    expect(page.get_by_role("switch", name="Get customer list")).to_be_visible()


def test_history_and_identifiers_are_searched_while_typing(page, site, sign_in_as, bakery):
    sign_in_as("kh")
    page.goto(f"{site}/companies/{bakery.business_id}/history/")
    page.get_by_label("Resource").fill("zzz")
    expect(page.get_by_text("No change found.")).to_be_visible()
    expect(page.get_by_role("link", name="Show all")).to_be_visible()
    href = page.get_by_role("link", name="Download CSV").get_attribute("href")
    assert href.endswith("resource=zzz&person=&integration=&kind=&since=&until=")
    page.goto(f"{site}/companies/{bakery.business_id}/api-identifiers/")
    page.get_by_label("Owner, User ID or note").fill("zzz")
    expect(page.get_by_text("No API identifier found.")).to_be_visible()
    expect(page.get_by_role("button", name="Search")).to_have_count(0)


def test_a_field_is_marked_as_wrong_only_while_it_is(page, site, sign_in_as, expected_problems):
    expected_problems += ["422"]
    sign_in_as("tpk")
    page.goto(f"{site}/office/?q={'x' * 3001}")
    field = page.get_by_role("main").get_by_role("searchbox").first
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("Demo")
    expect(page.locator("#list-count .error")).to_have_count(0)
    expect(field).not_to_have_attribute("aria-invalid", "true")
    field.fill("x" * 3001)
    expect(field).to_have_attribute("aria-invalid", "true")


def test_the_switcher_searches_while_typing(page, sign_in_as, rights_url):
    sign_in_as("tpk")
    page.goto(rights_url())
    page.locator("summary").filter(has_text="Demo Bakery").click()
    expect(page.locator("#switcher-list a")).to_have_count(8)
    page.get_by_role("searchbox", name="Find a company").type("kiosk")
    expect(page.locator("#switcher-list a")).to_have_count(1)
    expect(page.locator("#switcher-count")).to_have_text("1 company")
    page.keyboard.press("Escape")
    expect(page.locator("#switcher")).not_to_have_attribute("open", "")


def test_injected_script_does_not_run(page, sign_in_as, rights_url, expected_problems):
    expected_problems.append("Content Security Policy")
    sign_in_as("kh")
    page.goto(rights_url())
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.bad = 1'; document.body.append(s)"
    )
    assert page.evaluate("window.bad") is None


def test_the_filter_finds_announces_and_stays_in_the_address(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Find a resource")).to_be_focused()
    page.keyboard.type("employee")
    expect(page.locator("#found-count")).to_have_text("16 resources")
    page.get_by_label("Show", exact=True).select_option("Get")
    expect(page.locator("#found-count")).to_have_text("6 resources")
    expect(page).to_have_url(rights_url("Severa") + "?find=employee&show=get")
    expect(page.get_by_role("checkbox")).to_have_count(0)
    page.get_by_role("button", name="Allow the 6 shown").click()
    expect(status(page)).to_contain_text("6 resources allowed for Severa.")
    page.reload()
    expect(page.get_by_role("switch")).to_have_count(6)
    page.get_by_role("searchbox", name="Find a resource").fill("zzz")
    page.get_by_role("link", name="Show all resources").click()
    expect(page.get_by_role("switch")).to_have_count(119)


def test_changed_rows_stay_until_the_filter_changes(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa") + "?find=employee&show=blocked")
    expect(page.get_by_role("switch")).to_have_count(16)
    page.get_by_role("switch", name="Get employees").click()
    expect(page.get_by_role("switch", name="Get employees")).to_have_attribute(
        "aria-checked", "true"
    )
    expect(page.get_by_role("switch")).to_have_count(16)
    expect(page.get_by_role("button", name="Allow the 16 shown")).to_be_visible()
    page.get_by_label("Show", exact=True).select_option("Allowed")
    expect(page.get_by_role("switch")).to_have_count(1)


def test_a_wrong_section_switch_is_undone_exactly(page, sign_in_as, rights_url, bakery):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("button", name="Allow the 18 it needs").click()
    expect(status(page)).to_contain_text("18 resources allowed for Severa.")
    sales = page.get_by_role("region", name="Sales", exact=True)
    before = sales.locator(".count").inner_text()
    page.get_by_role("button", name="Block all 7", exact=True).click()
    expect(sales.locator(".count")).to_have_text("0 of 30 allowed")
    page.get_by_role("button", name="Undo").click()
    expect(sales.locator(".count")).to_have_text(before)
    expect(status(page)).to_contain_text("Undone: 7 resources are as they were before for Severa.")
    listing = Listing.objects.get(company=bakery, integration__name_en="Severa")
    assert listing.allowed == listing.integration.needed


def test_undo_is_refused_when_somebody_else_moved_on(
    page, sign_in_as, rights_url, context, expected_problems
):
    expected_problems.append("409")
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("switch", name="Get customer list").click()
    expect(status(page)).to_contain_text("allowed for Severa.")
    other = context.new_page()
    other.goto(rights_url("Severa"))
    other.get_by_role("switch", name="Get employees").click()
    expect(other.locator("#status")).to_contain_text("allowed for Severa.")
    page.get_by_role("button", name="Undo").click()
    expect(status(page)).to_contain_text("the rights have been changed since")
    expect(page.get_by_role("switch", name="Get employees")).to_have_attribute(
        "aria-checked", "true"
    )


def test_a_stale_page_is_brought_up_to_date(page, sign_in_as, rights_url, context):
    sign_in_as("kh")
    page.goto(rights_url("Luovu"))
    other = context.new_page()
    other.goto(rights_url("Luovu"))
    other.get_by_role("checkbox", name="All resources of Luovu").click()
    expect(other.locator("#status")).to_contain_text("119 resources allowed")
    page.get_by_role("switch", name="Get customer list").click()
    expect(status(page)).to_contain_text("These rights were changed after you opened the page.")
    expect(page.get_by_role("switch", name="Get employees")).to_have_attribute(
        "aria-checked", "true"
    )
    expect(
        page.get_by_role("region", name="Integrations").get_by_role("link", name="Luovu")
    ).to_be_visible()


def test_going_back_shows_the_rights_as_they_are(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("checkbox", name="All resources of Severa").click()
    expect(status(page)).to_contain_text("119 resources allowed")
    page.get_by_role("link", name="General access rights").click()
    expect(page.locator("#h-all")).to_have_text("General access rights")
    page.go_back()
    expect(page.get_by_role("checkbox", name="All resources of Severa")).to_have_attribute(
        "aria-checked", "true"
    )


def test_an_open_list_does_not_take_the_focus(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url())
    count_of(page, "Get customer list").click()
    expect(page.locator("#d-0")).to_be_visible()
    switch = page.get_by_role("switch", name="Get customer list")
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(switch).to_be_focused()
    page.get_by_role("button", name="Block the one", exact=True).first.focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("heading", name="General access rights", exact=True).last
    ).to_be_focused()


def test_folding_is_remembered(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("button", name="Collapse all").click()
    expect(page.get_by_role("switch")).to_have_count(0)
    page.goto(rights_url("Bezala"))
    expect(page.get_by_role("switch")).to_have_count(0)
    page.get_by_role("button", name="Expand all").click()
    expect(page.get_by_role("switch")).to_have_count(119)


def test_about_an_integration(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Luovu"))
    page.get_by_role("button", name="About Luovu").click()
    window = page.get_by_role("dialog", name="Luovu")
    expect(window).to_contain_text(
        "Contact the vendor first. The vendor may charge for the integration."
    )
    expect(window.get_by_role("listitem")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="About Luovu")).to_be_focused()


def test_whoever_stood_on_stop_stands_on_the_heading_when_a_bulk_change_has_ended(
    page, site, sign_in_as
):
    access = OfficeAccess(User.objects.get(email="tpk@demo.example"))
    integration = Integration.objects.get(name_en="Luovu")
    wish = {"integration": integration, "resources": integration.needed, "chosen": "needed"}
    change = bulk.draft(access, access.companies, action="allow", reason="a test", **wish)
    bulk.start(change)
    sign_in_as("tpk")
    page.goto(f"{site}/office/rights/{change.pk}/")
    page.get_by_role("button", name="Stop").focus()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "0")
    bulk.advance(change.pk)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Done: 38 companies.")


def test_the_office_list_follows_while_one_types_and_bulk_fields_come_with_their_way(
    page, site, sign_in_as
):
    sign_in_as("tpk")
    page.goto(f"{site}/office/")
    fields = page.locator(".filters :is(input, select):visible").all()
    assert len({field.bounding_box()["y"] for field in fields}) == 1
    find = page.get_by_label("Name or business ID")
    find.press_sequentially("demo f")
    expect(page.get_by_role("status").filter(has_text="4 companies")).to_be_visible()
    expect(page).to_have_url(re.compile("q=demo%20f"))
    expect(find).to_be_focused()

    page.goto(f"{site}/office/rights/")
    expect(page.get_by_label("Section", exact=True)).to_be_hidden()
    page.get_by_label("One section").check()
    expect(page.get_by_label("Section", exact=True)).to_be_visible()
    page.get_by_role("button", name="Select all shown").click()
    page.get_by_label("Demo Ferry").uncheck()
    expect(page.get_by_text("39 of 40 chosen")).to_be_visible()


def test_a_bulk_change_that_was_wrong_at_first_is_gone_back_to(
    page, site, sign_in_as, expected_problems
):
    expected_problems += ["422"]
    sign_in_as("tpk")
    page.goto(f"{site}/office/rights/")
    page.get_by_label("Demo Ferry").check()
    page.get_by_label("Integration", exact=True).select_option(label="Luovu")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Give a reason.")).to_be_visible()
    page.get_by_label("Reason").fill("Luovu taken into use")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Reason")).to_have_value("Luovu taken into use")
    expect(page.get_by_label("Demo Ferry")).to_be_checked()


def test_a_long_question_shows_what_it_asks_and_how_to_answer(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.set_viewport_size({"width": 1280, "height": 600})
    page.goto(rights_url() + "?find=invoice")
    page.get_by_role("button", name=re.compile("^Allow the [0-9]+ shown$")).click()
    question = page.get_by_role("dialog")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    expect(question.get_by_role("heading", level=2)).to_be_in_viewport()
    expect(question.get_by_role("button", name="Allow in general")).to_be_in_viewport(ratio=1)


def test_behind_a_form_that_was_wrong_twice_is_the_form(
    page, site, sign_in_as, bakery, expected_problems
):
    expected_problems += ["422"]
    sign_in_as("kh")
    page.goto(f"{site}/companies/{bakery.business_id}/users/invite/")
    page.get_by_label("Name").fill("Nora New")
    for wrong in ("nobody", "nobody at all"):
        page.get_by_label("Email").fill(wrong)
        page.get_by_role("button", name="Invite").click()
        expect(page.get_by_label("Email")).to_have_value(wrong)
        expect(page.get_by_text("Enter a valid email address.")).to_be_visible()
    page.goto(f"{site}/companies/{bakery.business_id}/users/")
    page.go_back()
    expect(page.get_by_role("heading", name="Invite to Demo Bakery")).to_be_visible()


def test_what_a_company_would_lose_stands_below_its_name(page, site, sign_in_as, bakery):
    bezala = Integration.objects.get(name_en="Bezala")
    identifier = ApiIdentifier.objects.get(owner__email=MEMBER, deactivated_at=None)
    Usage.objects.create(
        day=timezone.localdate() - timedelta(days=1),
        last_at=timezone.now(),
        company=bakery.pk,
        integration=bezala.pk,
        identifier=identifier.pk,
        resource="customer.nv",
        verdict="",
        count=12,
    )
    sign_in_as("tpk")
    page.goto(f"{site}/office/rights/")
    page.get_by_label("Integration", exact=True).select_option(label="Bezala")
    page.get_by_label("All resources").check()
    page.get_by_label("Block the resources").check()
    page.get_by_label("Reason").fill("Not in use")
    page.get_by_label("Demo Bakery").check()
    page.get_by_role("button", name="Preview").click()
    lost = page.get_by_role("region", name="Calls would have been refused here").locator("label")
    expect(lost).to_be_visible()
    assert lost.inner_text().startswith("Demo Bakery\n")


def test_both_days_of_a_period_stand_in_one_row_on_a_phone(page, site, sign_in_as, bakery):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in_as("kh")
    page.goto(f"{site}/companies/{bakery.business_id}/calls/")
    first, last = page.get_by_label("From"), page.get_by_label("To", exact=True)
    assert first.bounding_box()["y"] == last.bounding_box()["y"]


@pytest.mark.parametrize("path", ["office/", "companies/"])
def test_a_search_longer_than_an_address_is_called_too_long(
    page, site, sign_in_as, expected_problems, path
):
    expected_problems += ["422"]
    sign_in_as("tpk")
    page.goto(f"{site}/{path}")
    field = page.get_by_role("main").get_by_role("searchbox").first
    with page.expect_request(lambda sent: "q=" in sent.url) as asked:
        field.fill("ä" * 3000)
    assert len(asked.value.url) < 4094
    expect(page.locator("#list-count")).to_contain_text("The search is too long. Use fewer words.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("ä" * 3000)


def test_from_the_header_too_a_search_is_no_longer_than_an_address(
    page, site, sign_in_as, expected_problems
):
    expected_problems += ["422"]
    sign_in_as("tpk")
    page.goto(f"{site}/office/")
    page.locator("#switcher > summary").click()
    field = page.get_by_role("searchbox", name="Find a company")
    with page.expect_request(lambda sent: "q=" in sent.url) as asked:
        field.fill("ä" * 3000)
    assert len(asked.value.url) < 4094
    with page.expect_navigation() as gone:
        field.press("Enter")
    assert len(gone.value.request.url) < 4094
    expect(page.get_by_text("The search is too long. Use fewer words.")).to_be_visible()


def test_all_codes_at_once_are_a_search(page, sign_in_as, rights_url):
    codes = " ".join(InterfaceResource.objects.values_list("code", flat=True))
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    with page.expect_response(lambda answer: "find=" in answer.url) as found:
        page.get_by_role("searchbox", name="Find a resource").fill(codes)
    assert found.value.status == 200
    assert found.value.url.count(".nv") == codes.count(".nv")


@pytest.mark.parametrize("status", [414, 500, 502])
def test_an_answer_that_is_an_error_is_not_called_no_connection(
    page, site, sign_in_as, expected_problems, status
):
    expected_problems += [str(status), "htmx"]
    sign_in_as("tpk")
    page.goto(f"{site}/office/")
    page.route("**/office/?*", lambda route: route.fulfill(status=status, body="<p>No.</p>"))
    page.get_by_role("main").get_by_role("searchbox").first.fill("Demo")
    said = page.get_by_text("Something went wrong. Reload the page to see what was saved.")
    expect(said).to_be_visible()


def test_what_was_typed_in_an_invitation_stands_there_after_going_back(
    page, site, sign_in_as, bakery, expected_problems
):
    expected_problems += ["422"]
    sign_in_as("kh")
    page.goto(f"{site}/companies/{bakery.business_id}/users/invite/")
    page.get_by_label("Name", exact=True).fill("Nora New")
    page.get_by_label("Email").fill("nobody")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("Enter a valid email address.")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Nora New")
    expect(page.get_by_label("Email")).to_have_value("nobody")


def test_the_links_beside_the_traffic_stand_in_one_line(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.set_viewport_size({"width": 850, "height": 900})
    page.goto(rights_url())
    links = [page.get_by_role("link", name=one) for one in ("works in this company", "Older")]
    assert len({round(one.bounding_box()["y"]) for one in links}) == 1
