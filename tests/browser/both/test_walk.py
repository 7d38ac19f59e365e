"""The walk of the customer's manual, with script and without."""

import re

from playwright.sync_api import Page, expect

from apps.companies.models import Company
from apps.demo.services import PAYROLL_BRIDGE_KEY
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet

CLOSED = "All resources are blocked"
PARTLY = re.compile("needed resources are blocked|Some resources are blocked")


def control(page: Page, name: str):
    return page.get_by_role("checkbox", name=name, exact=True)


def link(page: Page, name: str):
    return page.get_by_role("region", name="Integrations").get_by_role("link", name=name)


def test_a_user_administrator_opens_and_closes_the_interface(page, sign_in_as, rights_url, bakery):
    before = Company.objects.filter(pk=bakery.pk).values("package", "office").get()
    roles = list(bakery.memberships.order_by("pk").values_list("roles", flat=True))
    neighbours = Listing.objects.exclude(company=bakery).order_by("pk")
    theirs = list(neighbours.values_list("pk", "allowed"))
    sign_in_as("kh")
    page.goto(rights_url())

    # General rights for a section: its rows turn blue.
    control(page, "All resources in Travel").click()
    expect(control(page, "All resources in Travel")).to_have_attribute("aria-checked", "true")
    expect(page.get_by_text("Section allowed")).to_be_visible()
    expect(page.get_by_role("switch", name="Import travel expense")).to_have_attribute(
        "aria-checked", "true"
    )
    expect(
        page.get_by_role("region", name="Rights of interface resources").get_by_role("status")
    ).to_contain_text("Import travel expense allowed for General access rights.")

    # A finished integration is found by its name and listed by its first right.
    page.get_by_label("Integration name").fill("luo")
    if page.get_by_role("list", name="Matches").count() == 0:
        page.get_by_label("Integration name").press("Enter")
    page.get_by_role("list", name="Matches").get_by_role("link", name="Luovu").click()
    expect(page.get_by_role("heading", name="Luovu")).to_be_visible()
    expect(page.get_by_text("Integration blocked")).to_be_visible()
    expect(page.get_by_text("the general access rights apply (1 of 119 allowed)")).to_be_visible()
    assert not Listing.objects.filter(company=bakery, integration__name_en="Luovu").exists()
    control(page, "All resources of Luovu").click()
    expect(page.get_by_text("Integration allowed")).to_be_visible()
    expect(link(page, "Luovu")).to_have_attribute("aria-current", "true")

    # A custom integration is found by its whole key.
    page.get_by_label("Custom integrations").check()
    page.get_by_label("Access key").fill(PAYROLL_BRIDGE_KEY)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Demo Payroll Bridge")).to_be_visible()

    # One resource of another: the triangle. Nothing of it: the octagon.
    link(page, "Severa").click()
    expect(link(page, "Severa").get_by_role("img", name=CLOSED)).to_be_visible()
    page.get_by_role("switch", name="Get customer list").click()
    expect(page.get_by_role("switch", name="Get customer list")).to_have_attribute(
        "aria-checked", "true"
    )
    expect(link(page, "Severa").get_by_role("img", name=PARTLY)).to_be_visible()
    expect(control(page, "All resources of Severa")).to_have_attribute("aria-checked", "mixed")
    page.get_by_role("button", name="Block the one").first.click()
    expect(link(page, "Severa").get_by_role("img", name=CLOSED)).to_be_visible()
    expect(control(page, "All resources of Severa")).to_have_attribute("aria-checked", "false")

    # All traffic: asked first, then closed and grey, with nothing else changed.
    page.get_by_role("button", name="Block API traffic").click()
    expect(page.get_by_text("4 integrations lose 359 resources.")).to_be_visible()
    page.get_by_role("button", name="Block API traffic").last.click()
    expect(
        page.get_by_text("API traffic is closed. Allowing any resource opens it.")
    ).to_be_visible()
    expect(page.get_by_role("button", name="Block API traffic")).to_be_disabled()
    expect(link(page, "Bezala").get_by_role("img", name=CLOSED)).to_be_visible()
    listings = Listing.objects.filter(company=bakery)
    assert {listing.allowed for listing in listings} == {ResourceSet()}
    assert listings.count() == 6
    assert Company.objects.filter(pk=bakery.pk).values("package", "office").get() == before
    assert list(bakery.memberships.order_by("pk").values_list("roles", flat=True)) == roles
    assert list(neighbours.values_list("pk", "allowed")) == theirs


def test_the_general_view_leads_to_an_integrations_section(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url())
    row = page.get_by_role("listitem").filter(has_text="Import bank transfer")
    opened = row.get_by_role("button", name="Integration-specific rights 3 of 4")
    opened.click()
    expect(opened).to_have_attribute("aria-expanded", "true")
    expect(row.get_by_role("link", name="Zevoy")).to_be_visible()
    row.get_by_role("link", name="Zevoy").click()
    expect(page).to_have_url(rights_url("Zevoy") + "#s-purchases")
    expect(page.get_by_role("heading", name="Purchases")).to_be_in_viewport()


def test_a_resource_explains_itself(page, sign_in_as, rights_url):
    sign_in_as("reader")
    page.goto(rights_url())
    page.get_by_role("button", name="About Get employee salary parameters").click()
    expect(
        page.get_by_text("The identifier's owner also needs: Payroll accountant (P)")
    ).to_be_visible()
    expect(page.get_by_role("link", name="Technical description")).to_be_visible()


def test_a_wrong_key_gets_a_neutral_answer(page, sign_in_as, rights_url, expected_problems):
    expected_problems.append("422")
    sign_in_as("kh")
    page.goto(rights_url())
    page.get_by_label("Custom integrations").check()
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    page.get_by_label("Access key").fill("0F1E2D3C")
    page.get_by_role("button", name="Search").click()
    expect(
        page.get_by_text("No integration found. Check the access key with the vendor.")
    ).to_be_visible()
    expect(page.get_by_label("Access key")).to_have_value("0F1E2D3C")
    expect(page.get_by_label("Access key")).to_have_accessible_description(
        "Access key from the vendor, not your identifier's Key "
        "No integration found. Check the access key with the vendor."
    )


def test_language_company_and_signing_out(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("group", name="Language").get_by_role("button", name="Suomi").click()
    expect(page.locator("html")).to_have_attribute("lang", "fi")
    page.get_by_role("group", name="Kieli").get_by_role("button", name="English").click()
    page.locator("summary").filter(has_text="Demo Bakery").click()
    page.get_by_role("searchbox", name="Find a company").fill("carp")
    page.get_by_role("searchbox", name="Find a company").press("Enter")
    page.get_by_role("table").get_by_role("link", name="Demo Carpentry").click()
    expect(page.locator("summary").filter(has_text="Demo Carpentry")).to_be_visible()
    expect(page.get_by_role("heading", name="Rights of interface resources")).to_be_visible()
    page.locator("summary").filter(has_text="Demo Administrator").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


LANDINGS = {
    "kh": "Companies",
    "tpk": "Companies",
    "member": "Companies",
    "reader": "Demo Bakery",
    "norights": "Demo Bakery",
    "outsider": "Demo Shipyard",
    "staff": "Site administration",
}


def test_each_demo_person_signs_in_by_the_form(page, site):
    for who, landing in LANDINGS.items():
        page.context.clear_cookies()
        page.goto(site)
        page.get_by_label("Email").fill(f"{who}@demo.example")
        page.get_by_label("Password").fill("netvisor-demo-1")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name=landing)).to_be_visible()


def test_an_unlisted_integration_keeps_what_it_has_or_is_blocked(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url())
    page.get_by_role("switch", name="Import bank transfer").click()
    expect(
        page.get_by_text("Import bank transfer allowed for General access rights.")
    ).to_be_visible()
    page.goto(rights_url("Luovu"))
    page.get_by_role("button", name="Allow the one allowed now").click()
    expect(page.get_by_text("Import bank transfer allowed for Luovu.")).to_be_visible()
    expect(link(page, "Luovu").get_by_role("img", name=PARTLY)).to_be_visible()
    page.goto(rights_url("Huma"))
    page.get_by_role("button", name="Block this integration").click()
    expect(page.get_by_text("Huma was added to the list with everything blocked.")).to_be_visible()
    expect(link(page, "Huma").get_by_role("img", name=CLOSED)).to_be_visible()


def test_the_filter_and_what_is_shown(page, sign_in_as, rights_url, bakery):
    sign_in_as("kh")
    page.goto(rights_url("Severa"))
    page.get_by_role("searchbox", name="Find a resource").fill("employee")
    page.get_by_label("Show", exact=True).select_option("Get")
    if page.get_by_role("button", name="Show", exact=True).count():
        page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("6 resources")).to_be_visible()
    page.get_by_role("button", name="Allow the 6 shown").click()
    expect(page.get_by_text("6 resources allowed for Severa.")).to_be_visible()
    listing = Listing.objects.get(company=bakery, integration__name_en="Severa")
    assert len(listing.allowed) == 6
    page.get_by_role("button", name="Undo").click()
    expect(
        page.get_by_text("Undone: 6 resources are as they were before for Severa.")
    ).to_be_visible()
    listing.refresh_from_db()
    assert len(listing.allowed) == 0
    expect(page.get_by_role("switch")).to_have_count(6)


def test_an_integration_explains_itself_and_gets_what_it_needs(page, sign_in_as, rights_url):
    sign_in_as("kh")
    page.goto(rights_url("Zevoy"))
    expect(page.get_by_text("1 of the 3 resources it needs are blocked.")).to_be_visible()
    page.get_by_role("button", name="Allow the one it needs").click()
    expect(page.get_by_text("All 3 resources it needs are allowed.")).to_be_visible()
    page.get_by_role("button", name="About Zevoy").click()
    expect(page.get_by_text("Contact the vendor first.")).to_be_visible()
