"""axe on every page and state in English, and on every page in the other languages.

Contrast is measured by contrast.js, in light and in dark, on every page and state.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.bulk import services as bulk
from apps.bulk.tasks import run
from apps.companies.access import OfficeAccess, enter
from apps.companies.models import Company, Membership
from apps.identifiers.models import ApiIdentifier, IdentifierStop
from apps.resources.models import Integration, Listing
from apps.resources.rules import ResourceSet
from apps.rights.services import block_traffic
from tests.browser.conftest import MEMBER, STRUCTURE
from tests.factories import ApiIdentifierFactory
from tests.work import mails

WIDTHS = [320, 480, 768, 960, 1280, 1920]
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
LEAST_CONTRAST = 4.5
"""Between a text and what is behind it (WCAG 2.2, 1.4.3)."""
PAGES = {
    "sign-in": (None, "{site}/accounts/login/"),
    "reset": (None, "{site}/accounts/password/reset/"),
    "reset-done": (None, "{site}/accounts/password/reset/done/"),
    "reset-used": (None, "{site}/accounts/password/reset/key/1-nothing/"),
    "reset-key-done": (None, "{site}/accounts/password/reset/key/done/"),
    "inactive": (None, "{site}/accounts/inactive/"),
    "password": ("kh", "{site}/accounts/password/change/"),
    "security": ("kh", "{site}/accounts/security/"),
    "own-record": ("kh", "{site}/accounts/events/"),
    "sign-out": ("kh", "{site}/accounts/logout/"),
    "reauthenticate": ("kh", "{site}/accounts/reauthenticate/"),
    "companies": ("tpk", "{site}/companies/"),
    "help": ("kh", "{site}/companies/9000001-1/help/"),
    "office": ("tpk", "{site}/office/"),
    "office-new": ("tpk", "{site}/office/new/"),
    "bulk": ("tpk", "{site}/office/rights/"),
    "bulk-preview": ("tpk", "{site}/office/rights/{draft}/"),
    "bulk-ended": ("tpk", "{site}/office/rights/{ended}/"),
    "home-office": ("tpk", "{site}/companies/9000001-1/"),
    "home": ("kh", "{site}/companies/9000001-1/"),
    "rights": ("kh", "{rights}"),
    "integration-partly": ("kh", "{zevoy}"),
    "about": ("kh", "{rights}about/?resource=accounting.nv"),
    "block": ("kh", "{rights}block-traffic/"),
    "older-signatures": ("kh", "{site}/companies/9000001-1/signatures/"),
    "calls": ("kh", "{site}/companies/9000001-1/calls/"),
    "reviews": ("kh", "{site}/companies/9000001-1/receipts/"),
    "review": ("kh", "{review}"),
    "check-call": ("kh", "{site}/companies/9000001-1/calls/check/"),
    "check-signature": ("member", "{site}/companies/9000001-1/calls/check/signature/"),
    "checked-call": ("kh", "{checked}&at=2026-01-01T12:00"),
    "reopen": ("kh", "{site}/companies/9000003-8/interface-resources/reopen/"),
    "identifiers": ("kh", "{site}/companies/9000001-1/api-identifiers/"),
    "identifiers-excel": ("member", "{site}/companies/9000001-1/excel-identifiers/"),
    "identifier-edit": ("member", "{identifier}edit/"),
    "identifier-replace": ("member", "{identifier}replace/"),
    "identifier-deactivate": ("member", "{identifier}deactivate/"),
    "users": ("tpk", "{site}/companies/9000001-1/users/"),
    "user-edit": ("tpk", "{user}"),
    "user-invite": ("tpk", "{site}/companies/9000001-1/users/invite/"),
    "user-copy": ("tpk", "{user}copy/"),
    "user-remove": ("tpk", "{user}remove/"),
    "invitation": (None, "{site}/invitations/"),
    "history": ("kh", "{site}/companies/9000001-1/history/"),
    "rights-on": ("kh", "{site}/companies/9000001-1/history/rights/"),
    "refused": ("norights", "{rights}"),
    "nothing": ("kh", "{site}/companies/9000004-6/"),
}
STATES = {
    "office-nonsense": ("tpk", "{site}/office/?q=%00&attention=nonsense"),
    "bulk-stopped": ("tpk", "{site}/office/rights/{stopped}/"),
    "bulk-nothing": ("tpk", "{site}/office/rights/?q=zzz"),
    "reopen-nothing": ("kh", "{rights}reopen/"),
    "home-closed": ("kh", "{site}/companies/9000003-8/"),
    "rights-open": ("kh", "{rights}?open=customer.nv"),
    "rights-closed": ("kh", "{site}/companies/9000003-8/interface-resources/"),
    "rights-basic": ("tpk", "{site}/companies/9000005-4/interface-resources/"),
    "rights-reader": ("reader", "{rights}"),
    "older-signatures-reader": ("reader", "{site}/companies/9000001-1/signatures/"),
    "calls-reader": ("reader", "{site}/companies/9000001-1/calls/"),
    "calls-nonsense": ("kh", "{site}/companies/9000001-1/calls/?since=2026-02-02&until=2026-01-01"),
    "calls-refused": ("member", "{site}/companies/9000001-1/calls/"),
    "review-reader": ("reader", "{review}"),
    "check-call-nonsense": ("kh", "{site}/companies/9000001-1/calls/check/?request=x"),
    "checked-call-now": ("member", "{checked}"),
    "about-integration-resource": ("kh", "{rights}about/?resource=customer.nv&{integration}"),
    "integration-whole": ("kh", "{bezala}"),
    "integration-blocked": ("kh", "{severa}"),
    "integration-unlisted": ("kh", "{luovu}"),
    "integration-limited": ("kh", "{finvoice}"),
    "integration-reader": ("reader", "{zevoy}"),
    "identifiers-own": ("member", "{site}/companies/9000001-1/api-identifiers/"),
    "identifiers-none": ("reader", "{site}/companies/9000001-1/api-identifiers/"),
    "identifiers-nonsense": ("kh", "{site}/companies/9000001-1/api-identifiers/?q=%00"),
    "history-nonsense": ("kh", "{site}/companies/9000001-1/history/?until=x&kind=x"),
    "history-reader": ("reader", "{site}/companies/9000001-1/history/?resource=payment.nv"),
    "identifiers-stopped": ("kh", "{site}/companies/9000003-8/api-identifiers/"),
    "users-reader": ("reader", "{site}/companies/9000001-1/users/"),
    "users-none": ("kh", "{site}/companies/9000001-1/users/?q=zzz"),
    "user-refused": ("kh", "{office}"),
    "home-ending": ("kh", "{site}/companies/9000003-8/"),
    "home-member": ("member", "{site}/companies/9000001-1/"),
}


@pytest.fixture
def addresses(site, rights_url):
    """The addresses that PAGES names."""
    finvoice = "Netvisor laskutietojen tuonti (Finvoice)"
    names = {
        "bezala": "Bezala",
        "zevoy": "Zevoy",
        "severa": "Severa",
        "luovu": "Luovu",
        "finvoice": finvoice,
    }
    working = ApiIdentifier.objects.get(owner__email=MEMBER, deactivated_at=None)
    working.valid_until = timezone.now() + timedelta(days=6)
    working.save()
    stopped = ApiIdentifierFactory(owner=working.owner, made_in=working.made_in, note="Stopped")
    paused = ApiIdentifierFactory(owner=working.owner, made_in=working.made_in, integration=None)
    paused.paused_at = timezone.now()
    paused.save()
    carpentry = Company.objects.get(business_id="9000003-8")
    IdentifierStop.objects.create(company=carpentry, identifier=stopped)
    closed(carpentry)
    known = {key: rights_url(name) for key, name in names.items()}
    bakery = f"{site}/companies/9000001-1/"
    member, office = (
        Membership.objects.get(user__email=f"{who}@demo.example", company__business_id="9000001-1")
        for who in ("member", "tpk")
    )
    severa = known["severa"].rstrip("/").rpartition("/")[2]
    asked = f"identifier={working.user_id}&integration={severa}&resource=customer.nv"
    return known | {
        **bulk_changes(),
        "checked": f"{bakery}calls/check/?{asked}",
        "integration": f"integration={severa}",
        "site": site,
        "rights": rights_url(),
        "review": known["bezala"].replace("interface-resources", "receipts"),
        "identifier": f"{bakery}api-identifiers/{working.pk}/",
        "user": f"{bakery}users/{member.pk}/",
        "office": f"{bakery}users/{office.pk}/",
    }


def bulk_changes():
    """Return a bulk change that is a draft, one that ended, and one that was stopped."""
    access = OfficeAccess(User.objects.get(email="tpk@demo.example"))
    integration = Integration.objects.get(name_en="Luovu")
    wish = {"integration": integration, "resources": integration.needed, "chosen": "needed"}
    made = [
        bulk.draft(access, access.companies, action="allow", reason=f"Reason {number}", **wish)
        for number in range(3)
    ]
    for change in made[1:]:
        bulk.start(change)
    bulk.stop(made[2])
    lost = Membership.objects.filter(user=access.user, company__name="Demo Ferry")
    lost.update(levels={"vouchers": "edit"})
    run(made[1].pk)
    return {"draft": made[0].pk, "ended": made[1].pk, "stopped": made[2].pk}


def closed(company):
    """Block the traffic of a company, which had something allowed."""
    allowed = ResourceSet(range(8))
    for integration in (Integration.objects.get(name_en="Zevoy"), None):
        Listing.objects.create(company=company, integration=integration, allowed=allowed)
    member = Membership.objects.get(user__email="kh@demo.example", company=company)
    with transaction.atomic():
        block_traffic(access=enter(member, member.user, locked=True))


def visit(page: Page, sign_in_as, addresses, name):
    who, address = (PAGES | STATES)[name]
    page.context.clear_cookies(name="sessionid")
    if who:
        sign_in_as(who)
    page.goto(address.format(**addresses))


def choose(page: Page, site, language):
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_page(page, site, sign_in_as, addresses, check, expected_problems, language):
    expected_problems += ["403", "404", "410", "422"]
    choose(page, site, language)
    for name in PAGES:
        visit(page, sign_in_as, addresses, name)
        expect(page.locator("html")).to_have_attribute("lang", language)
        check(f"{name}-{language}", STRUCTURE)


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_and_what_data_makes_of_it(
    page, sign_in_as, addresses, check, expected_problems, half
):
    expected_problems += ["403", "404", "410", "422"]
    for name in [*PAGES, *STATES][half::2]:
        visit(page, sign_in_as, addresses, name)
        check(f"{name}-en-light", STRUCTURE)


def test_every_page_on_a_phone(page, sign_in_as, addresses, check, expected_problems):
    expected_problems += ["403", "404", "410", "422"]
    page.set_viewport_size({"width": 390, "height": 844})
    for name in PAGES | STATES:
        visit(page, sign_in_as, addresses, name)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{name} scrolls sideways: {width}"
        check(f"{name}-390", STRUCTURE)


@pytest.mark.parametrize("half", [0, 1])
def test_nothing_scrolls_sideways_and_every_text_is_dark_enough(
    page, sign_in_as, addresses, unkind, expected_problems, half
):
    expected_problems += ["403", "404", "410", "422"]
    page.emulate_media(reduced_motion="reduce")
    wrong = []
    for name in [*PAGES, *STATES][half::2]:
        visit(page, sign_in_as, addresses, name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{name} at {width}: {wide} wide"] if wide > width else []
            for scheme in ("light", "dark") if width in (WIDTHS[0], WIDTHS[-1]) else ():
                page.emulate_media(color_scheme=scheme)
                faint = page.evaluate(CONTRAST, LEAST_CONTRAST)
                wrong += [f"{name} at {width}, {scheme}: {one}" for one in faint]
    assert wrong == [], "\n".join(wrong)


def test_controls_are_big_enough_for_a_thumb(page, sign_in_as, addresses):
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, sign_in_as, addresses, "rights-open")
    page.get_by_role("button", name="Sales", exact=True).click()
    for control in (
        page.get_by_role("main").locator("button:visible, input:not([type=radio]):visible").all()
    ):
        box = control.bounding_box()
        assert box["height"] >= 44, control.evaluate("node => node.outerHTML")


def test_on_a_phone_sections_begin_folded_but_for_the_one_named(page, sign_in_as, rights_url):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in_as("kh")
    page.goto(rights_url("Severa") + "#s-purchases")
    expect(page.get_by_role("switch", name="Import bank transfer")).to_be_visible()
    expect(page.get_by_role("switch", name="Get customer list")).to_be_hidden()


def identifier_states(page: Page, site):
    """Yield the states of the identifiers page."""
    page.goto(f"{site}/companies/9000001-1/api-identifiers/")
    page.get_by_role("button", name="Create new API identifier").click()
    page.get_by_text("is ready.").wait_for()
    yield "identifier-new"
    page.get_by_role("button", name="Edit DE_").first.click()
    window = page.get_by_role("dialog")
    window.get_by_label("Note").wait_for()
    yield "identifier-edit-window"
    window.get_by_label("Valid until").fill("2020-01-01T12:00")
    window.get_by_role("button", name="Save").click()
    page.get_by_text("Choose a time in the future.").wait_for()
    yield "identifier-past"
    page.goto(f"{site}/companies/9000001-1/api-identifiers/")
    page.get_by_role("button", name="Show Key of").first.click()
    page.get_by_role("button", name="Hide Key of").wait_for()
    yield "identifier-key"
    page.get_by_role("button", name="Replace DE_").first.click()
    page.get_by_role("dialog").wait_for()
    yield "identifier-replace-window"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Deactivate DE_").first.click()
    page.get_by_role("dialog").wait_for()
    yield "identifier-deactivate-window"
    page.get_by_role("button", name="Deactivate", exact=True).click()
    page.get_by_text("deactivated permanently.").wait_for()
    yield "identifier-deactivated"


@pytest.mark.parametrize("width", [1440, 390])
def test_every_state_of_identifiers(page, site, check, expected_problems, width):
    expected_problems += ["422"]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Email").fill("member@demo.example")
    page.get_by_label("Password").fill("netvisor-demo-1")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site}/**/companies/")
    seen = []
    for name in identifier_states(page, site):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        check(f"state-{name}-{width}")
        seen.append(name)
    assert len(seen) == 7


def states(page: Page, site, rights_url, bakery):
    """Yield the name of every state that pressing something leads to, when the page is in it."""
    page.goto(rights_url("Luovu"))
    page.get_by_label("Integration name").fill("e")
    page.get_by_role("list", name="Matches").wait_for()
    yield "search-matches"
    page.get_by_label("Integration name").fill("zzz")
    page.get_by_text("No finished integration has that name.").wait_for()
    yield "search-nothing"
    page.get_by_label("Integration name").fill("x" * 3_001)
    page.locator("#integration-name_error").wait_for()
    yield "search-too-long"
    page.get_by_label("Custom integrations").check()
    yield "find"
    page.get_by_label("Access key").fill("nope")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("No integration found.").wait_for()
    yield "find-nothing"
    page.get_by_role("switch", name="Get customer list").click()
    page.get_by_text("Get customer list allowed for Luovu.").wait_for()
    yield "allowed"
    page.get_by_role("button", name="About Get customer list").click()
    page.get_by_role("dialog").wait_for()
    yield "about-window"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Block API traffic").click()
    page.get_by_role("dialog").wait_for()
    yield "block-window"
    page.get_by_role("dialog").get_by_role("button", name="Block API traffic").click()
    page.get_by_text("API traffic blocked:").wait_for()
    yield "blocked"
    page.locator("summary").filter(has_text="Demo Bakery").click()
    page.locator("#switcher-list a").first.wait_for()
    yield "switcher"
    page.locator("summary").filter(has_text="Demo Administrator").click()
    yield "person"
    page.goto(rights_url())
    Listing.objects.filter(company=bakery, integration=None).update(allowed=ResourceSet([0, 1]))
    page.goto(rights_url("Huma"))
    page.get_by_text("Allow the 2 allowed now").wait_for()
    yield "unlisted-with-general"
    page.goto(f"{site}/companies/?q=zzz")
    yield "companies-nothing"
    page.goto(f"{site}/companies/?q={'x' * 3_001}")
    yield "companies-too-long"
    page.goto(f"{site}/accounts/password/change/")
    page.get_by_role("main").get_by_role("button", name="Change password").click()
    page.locator("[aria-invalid=true]").first.wait_for()
    yield "password-errors"
    Membership.objects.filter(user__email="kh@demo.example").update(valid_until="2026-01-01T00:00Z")
    page.goto(f"{site}/companies/")
    yield "companies-expired"
    page.goto(f"{site}/companies/9000001-1/")
    yield "expired"


def test_every_state(page, site, sign_in_as, rights_url, bakery, check, expected_problems):
    expected_problems += ["422", "403"]
    sign_in_as("kh")
    Listing.objects.create(company=bakery, allowed=ResourceSet([5]))
    seen = []
    for name in states(page, site, rights_url, bakery):
        check(f"state-{name}")
        seen.append(name)
    assert len(seen) == 17
    assert Company.objects.get(pk=bakery.pk).package == "premium"


def test_choosing_a_new_password(page, site, check):
    page.goto(f"{site}/accounts/password/reset/")
    page.get_by_label("Email").fill("kh@demo.example")
    page.get_by_role("button", name="Send the link").click()
    page.get_by_role("heading", name="Check your email").wait_for()
    page.goto(next(word for word in mails()[0].body.split() if "/reset/key/" in word))
    check("reset-key")
    for field in page.locator("input[type=password]").all():
        field.fill("another-fine-passphrase")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", name="Password changed")).to_be_visible()


def test_a_refused_sign_in(page, site, check):
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Email").fill("nobody@demo.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check("state-sign-in-refused")
