"""What the rights page shows, and what it costs."""

import re
from uuid import uuid4

import pytest
from django.utils import translation

from apps.companies.rules import Package
from apps.resources import reads
from apps.resources.models import CatalogueVersion, InterfaceResource, Listing
from apps.resources.rules import EVERYTHING, ResourceSet
from apps.rights import texts
from apps.rights.needs import keep_needed
from apps.rights.texts import PACKAGE_ARTICLE
from tests.factories import (
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
    ResourceFactory,
    set_of,
)
from tests.rights.addresses import HTMX, page_url, set_url


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


def count(text, code):
    """Return the General view's count of one resource."""
    drill = rf'<button (?=[^>]*form="drill")[^>]*value="{code}"[^>]*>'
    [found] = re.findall(rf"{drill}.*?</span>(.*?)</button>", text)
    return found


def test_general_view_counts_listed_integrations_to_which_a_resource_is_available(
    client, company, severa, catalogue
):
    ListingFactory(company=company, integration=severa, allowed=EVERYTHING)
    limited = IntegrationFactory(available_only=set_of(catalogue, ["customer.nv"]))
    ListingFactory(company=company, integration=limited)
    IntegrationFactory(name_en="Unlisted")
    text = client.get(page_url(company)).text
    assert count(text, "customer.nv") == "1 of 2"
    assert count(text, "customerlist.nv") == "1 of 1"


def test_the_opened_list_leads_to_the_integration_at_its_section(client, company, severa):
    ListingFactory(company=company, integration=severa)
    text = client.get(page_url(company), {"open": "customer.nv"}).text
    assert f'href="{page_url(company, severa)}#s-sales"' in text


def test_the_list_of_one_row_is_answered_alone_for_htmx(client, company, severa):
    ListingFactory(company=company, integration=severa)
    opened = client.get(page_url(company) + "row/", {"open": "customer.nv"}, headers=HTMX).text
    assert opened.strip().startswith("<button")
    assert 'aria-expanded="true"' in opened
    assert """hx-swap-oob="afterend:[form=drill][value='customer.nv']\"""" in opened
    closed = client.get(page_url(company) + "row/", {"close": "customer.nv"}, headers=HTMX).text
    assert 'aria-expanded="false"' in closed
    assert 'id="d-0" hx-swap-oob="delete"' in closed
    assert client.get(page_url(company) + "row/", {"open": "nothing.nv"}).status_code == 404


def test_retired_and_unavailable_resources_have_no_row(client, company, catalogue):
    limited = IntegrationFactory(available_only=set_of(catalogue, ["customer.nv"]))
    text = client.get(page_url(company, limited)).text
    assert re.findall(r"<code>(.*?)</code>", text) == ["customer.nv"]
    assert "old.nv" not in client.get(page_url(company)).text


def test_an_unlisted_integration_says_what_the_general_rights_give_it(client, company, severa):
    client.post(set_url(company), {"allow": "section:salaries"})
    text = client.get(page_url(company, severa)).text
    assert "the general access rights apply (2 of 5 allowed)" in text
    assert "Allow the 2 allowed now" in text
    assert "not in the list yet" in text
    assert "Integration blocked" in text


def test_before_the_first_press_it_says_what_the_press_does_for_good(client, company, severa):
    said = " ".join(client.get(page_url(company, severa)).text.split())
    assert "Severa has no rights of its own yet, so the general access rights apply" in said
    assert "only these switches count for Severa, and it stays in the list for good." in said
    ListingFactory(company=company, integration=severa)
    assert "for good" not in client.get(page_url(company, severa)).text


def test_a_row_says_when_the_general_rights_allow_what_is_blocked_here(client, company, severa):
    client.post(set_url(company), {"allow": "customer.nv"})
    tag = "general rights allow it"
    assert tag not in client.get(page_url(company)).text
    rows = client.get(page_url(company, severa)).text.split("<li>")
    assert [code for code in rows if tag in code] == [row for row in rows if ">customer.nv<" in row]
    client.post(set_url(company, severa), {"allow": "customerlist.nv"})
    assert tag not in client.get(page_url(company, severa)).text


def test_a_company_where_nothing_was_ever_allowed_is_calm(client, company, severa):
    assert "icon-closed" not in client.get(page_url(company)).text
    client.post(set_url(company), {"allow": "customer.nv"})
    client.post(set_url(company), {"block": "customer.nv"})
    assert "icon-closed" in client.get(page_url(company)).text


def test_the_triangle_says_how_much_of_what_is_needed_is_blocked(client, company, severa):
    def signs(*allowed):
        client.post(set_url(company, severa), {"block": "all"})
        for code in allowed:
            client.post(set_url(company, severa), {"allow": code})
        listed = client.get(page_url(company)).text.split('id="listed"')[1]
        return re.findall(r'role="img" aria-label="([^"]*)"', listed)

    assert signs() == ["All resources are blocked, on purpose"]
    assert signs("employee.nv") == ["2 needed resources are blocked"]
    assert signs("customer.nv") == ["1 needed resource is blocked"]
    assert signs("customer.nv", "customerlist.nv") == ["Some resources are blocked"]
    assert signs() == ["All resources are blocked"]


def test_the_big_switch_is_described_by_the_words_it_shows(client, company, severa):
    text = client.get(page_url(company, severa)).text
    [switch] = re.findall(r'<button(?=[^>]*"All resources of Severa")[^>]*>.*?</button>', text)
    assert 'title="Integration blocked"' in switch
    assert ">Integration blocked<" in switch
    client.post(set_url(company, severa), {"allow": "customer.nv"})
    text = client.get(page_url(company, severa)).text
    assert 'title="Integration partly allowed. Allows the other 4"' in text


def test_no_page_is_kept_by_the_browser(client, company, catalogue):
    assert "no-store" in client.get(page_url(company))["Cache-Control"]


def test_looking_lists_nobody(client, company, severa):
    client.get(page_url(company, severa))
    assert not Listing.objects.exists()


def test_closed_traffic_disables_the_button_and_says_why(client, company, catalogue):
    text = client.get(page_url(company)).text
    assert "API traffic is closed. Allowing any resource opens it." in text
    assert re.search(r'id="block-traffic"[^>]*disabled', text)
    assert "Everything is blocked already." in text


@pytest.mark.parametrize(("count", "said"), [(1, "1 integration"), (3, "3 integrations")])
def test_open_traffic_counts_integrations_with_something_in_force(
    client, company, catalogue, count, said
):
    for _ in range(count):
        ListingFactory(company=company, allowed=ResourceSet([0]))
    ListingFactory(company=company)
    assert f"API traffic is open: {said}<" in client.get(page_url(company)).text


@pytest.mark.parametrize("integrations", [0, 1])
def test_open_traffic_names_the_general_rights_in_amber(client, company, catalogue, integrations):
    ListingFactory(company=company, integration=None, allowed=ResourceSet([0, 1]))
    for _ in range(integrations):
        ListingFactory(company=company, allowed=ResourceSet([0]))
    text = client.get(page_url(company)).text
    said = "1 integration, and " if integrations else ""
    amber = '<span class="warn">general rights: 2 resources</span>'
    assert f"API traffic is open: {said}{amber}" in text


def test_reviewing_is_offered_with_its_number_while_something_waits(client, company, severa):
    ListingFactory(company=company, integration=severa, allowed=ResourceSet([0, 1]))
    assert "Review and reopen" not in client.get(page_url(company)).text
    client.post(page_url(company) + "block-traffic/")
    text = client.get(page_url(company)).text
    assert re.search(r"2 blocked resources wait for review\.\s*<a[^>]*>Review and reopen<", text)
    client.post(set_url(company, severa), {"allow": "all"})
    assert "Review and reopen" not in client.get(page_url(company)).text


def test_a_reader_is_not_sent_to_review(sign_in, client, company, reader, severa):
    ListingFactory(company=company, integration=severa, allowed=ResourceSet([0]))
    client.post(page_url(company) + "block-traffic/")
    assert "Review and reopen" not in sign_in(reader.user).get(page_url(company)).text


def test_the_page_is_read_from_its_name_by_integrations_and_rights_to_traffic(
    client, company, severa
):
    text = client.get(page_url(company, severa)).text
    assert re.search(r"<h\d", text).group() == "<h1"
    panels = ("integrations", "rights", "traffic")
    places = [text.index(f'aria-labelledby="h-{panel}"') for panel in panels]
    assert places == sorted(places)


def test_a_retired_right_opens_nothing(client, company, catalogue):
    old = InterfaceResource.objects.get(code="old.nv")
    ListingFactory(company=company, allowed=ResourceSet([old.position]))
    assert "API traffic is closed" in client.get(page_url(company)).text


@pytest.mark.parametrize("package", Package)
def test_basic_and_core_get_the_banner(client, company, catalogue, package):
    company.package = package
    company.save()
    text = client.get(page_url(company)).text
    is_told = package in (Package.BASIC, Package.CORE)
    assert ("The interface service is not included in this package." in text) is is_told
    assert (f'Netvisor Store. <a href="{PACKAGE_ARTICLE}"' in text) is is_told


NOBODY = "Nobody in this company can grant it now."


def test_a_reader_sees_words_and_who_can_grant(sign_in, company, reader, editor, severa):
    MembershipFactory(company=company, editor=True, roles=["TPK"], user__name="Tina Office")
    ListingFactory(company=company, integration=severa, allowed=ResourceSet([0]))
    text = sign_in(reader.user).get(page_url(company, severa)).text
    assert 'role="switch"' not in text
    assert 'role="checkbox"' not in text
    assert "the role User administrator (KH) or Accounting office's administrator (TPK)" in text
    assert "Tina Office</a>" in text
    assert "Edith Editor" not in text
    assert "Allowed" in text


def test_a_reader_hears_of_no_kh_who_may_not_give_the_role(sign_in, company, reader, editor):
    assert NOBODY in sign_in(reader.user).get(page_url(company)).text
    editor.roles = ["KH", "CA"]
    editor.save()
    assert "Edith Editor</a>" in sign_in(reader.user).get(page_url(company)).text


def test_a_kh_who_lacks_the_level_alone_hears_of_another_kh(sign_in, company, editor):
    looks = MembershipFactory(company=company, roles=["KH"], levels={"interface_resources": "view"})
    assert "Edith Editor</a>" in sign_in(looks.user).get(page_url(company)).text


@pytest.mark.parametrize("roles", [["TPK"], ["KH", "CA"], ["KH", "TPK"], ["CA"]])
def test_who_is_above_a_kh_is_sent_to_nobody_who_may_not_change_them(
    sign_in, company, editor, roles
):
    looks = MembershipFactory(company=company, roles=roles, levels={"interface_resources": "view"})
    assert NOBODY in sign_in(looks.user).get(page_url(company)).text


def test_searching_by_name_finds_finished_integrations_in_any_language(client, company, catalogue):
    IntegrationFactory(name_en="Työvuorolista")
    IntegrationFactory(name_en="Hours", name_sv="Arbetstid")
    IntegrationFactory(name_en="Tyo secret", custom=True)
    IntegrationFactory(name_en="Tyo retired", retired=True)
    url = page_url(company) + "search/"
    assert "Työvuorolista" in client.get(url, {"name": "TYOVUORO"}).text
    assert "Hours" in client.get(url, {"name": "arbets"}).text
    found = client.get(url, {"name": "tyo"}).text
    assert "secret" not in found
    assert "retired" not in found
    assert "No finished integration has that name" in client.get(url, {"name": "zzz"}).text


def test_searching_works_without_script(client, company, severa):
    text = client.get(page_url(company), {"name": "sev"}).text
    assert f'href="{page_url(company, severa)}?name=sev"' in text


@pytest.mark.parametrize("name", ["x" * 10_000, "a\x00b"])
def test_a_search_that_cannot_be_answered_says_why_and_keeps_it(client, company, catalogue, name):
    response = client.get(page_url(company), {"name": name})
    assert response.status_code == 422
    assert 'id="integration-name_error"' in response.text
    assert name.split("\x00")[0] in response.text


def test_searching_outside_the_bmp_finds_nothing(client, company, catalogue):
    assert client.get(page_url(company), {"name": "\U0001f600"}).status_code == 200


def test_about_a_resource(client, company, catalogue):
    url = page_url(company) + "about/"
    text = client.get(url, {"resource": "getemployee.nv"}).text
    assert "The identifier's owner also needs: Payroll accountant (P)" in text
    assert "https://support.example/description" in text
    window = client.get(url, {"resource": "customer.nv"}, headers=HTMX).text
    assert window.strip().startswith("<dialog")
    assert client.get(url, {"resource": "old.nv"}).status_code == 404
    assert client.get(url).status_code == 404


def fill(company, count):
    while Listing.objects.filter(company=company).count() < count:
        ListingFactory(company=company, allowed=ResourceSet([0]))


# session, user, membership with company and office, rights with all else that opening needs
EDITOR = 4


@pytest.mark.parametrize("listings", [1, 20])
def test_statements_of_an_editors_page_are_flat(
    client, company, catalogue, listings, django_assert_num_queries
):
    fill(company, listings)
    client.get(page_url(company))
    one = Listing.objects.filter(company=company).first().integration
    with django_assert_num_queries(EDITOR):
        client.get(page_url(company))
    with django_assert_num_queries(EDITOR):
        client.get(page_url(company, one))


def test_a_closed_page_asks_once_by_whom(client, company, django_assert_num_queries):
    fill(company, 20)
    client.post(f"{page_url(company)}block-traffic/")
    client.get(page_url(company))
    with django_assert_num_queries(EDITOR + 1):
        assert "Blocked" in client.get(page_url(company)).text
    with django_assert_num_queries(EDITOR):
        client.get(f"{page_url(company)}filter/", {"find": "customer"}, headers=HTMX)


@pytest.mark.parametrize("listings", [1, 20])
def test_statements_of_a_preview_and_of_a_readers_page_are_flat(
    sign_in, client, company, severa, listings, django_assert_num_queries
):
    fill(company, listings)
    client.get(page_url(company, severa))
    with django_assert_num_queries(EDITOR + 1):  # the integration that is not listed
        client.get(page_url(company, severa))
    reader = sign_in(MembershipFactory(company=company).user)
    reader.get(page_url(company))
    with django_assert_num_queries(EDITOR + 1):  # who can grant the right to edit
        reader.get(page_url(company))


def test_a_retired_integration_is_seen_only_where_it_is_listed(client, company, severa):
    severa.retired = True
    severa.save()
    assert client.get(page_url(company, severa)).status_code == 404
    ListingFactory(company=company, integration=severa)
    assert client.get(page_url(company, severa)).status_code == 200


def test_a_newly_listed_integration_stands_in_its_place_by_name(client, company, severa):
    for name in ("Aardvark", "Zebra"):
        ListingFactory(company=company, integration=IntegrationFactory(name_en=name))
    text = client.post(set_url(company, severa), {"allow": "all"}, headers=HTMX).text
    listed = text[text.index('id="listed"') :]
    assert listed.index("Aardvark") < listed.index(">Severa") < listed.index("Zebra")


@pytest.mark.parametrize("name", ["about", "block-traffic"])
def test_nonsense_for_an_integration_is_not_found(client, company, catalogue, name):
    url = page_url(company) + f"{name}/"
    assert client.get(url, {"resource": "customer.nv", "integration": "a\x00b"}).status_code == 404


def test_a_section_stays_whole_when_resources_of_it_retire(client, company, catalogue):
    InterfaceResource.objects.filter(code="customerlist.nv").update(retired=True, order=99)
    CatalogueVersion.objects.update(version=uuid4())
    text = client.get(page_url(company)).text
    assert text.count('<section class="section"') == text.count("</section>") - 3 == 2


def test_about_says_which_right_decides(client, company, severa):
    def right(integration):
        data = {"resource": "customer.nv", "integration": integration}
        text = client.get(page_url(company) + "about/", data).text
        return re.search(r"<dt>Right</dt><dd><p>(.*?)</p>", text).group(1)

    assert right("") == "Blocked in general access rights"
    client.post(set_url(company), {"allow": "customer.nv"})
    assert right("") == "Allowed"
    because = "the general access rights, because Severa is not in the list"
    assert right(severa.public_id) == f"Allowed by {because}"
    client.post(set_url(company), {"block": "all"})
    assert right(severa.public_id) == f"Blocked by {because}"
    client.post(set_url(company, severa), {"block": "all"})
    assert right(severa.public_id) == "Severa: Blocked for this integration"


def test_the_verdict_agrees_with_what_the_page_counts(access, catalogue, severa):
    """For every resource of every listing: counts and the one deciding function say the same."""
    only = set_of(catalogue, ["customer.nv", "employee.nv"])
    limited = IntegrationFactory(available_only=only)
    for number, integration in enumerate([None, severa, limited]):
        allowed = ResourceSet([number, 3, 5])
        ListingFactory(company=access.company, integration=integration, allowed=allowed)
    board = reads.board(access, catalogue)
    for standing in board.all:
        for resource in catalogue.resources:
            verdict = board.verdict(standing.integration, resource.position)
            assert bool(verdict) is (resource.position in standing.in_force)


def about(client, company, integration, code, **kwargs):
    data = {"resource": code, "integration": integration.public_id}
    return client.get(page_url(company) + "about/", data, **kwargs).text


def test_the_window_of_what_is_not_in_the_list_says_what_the_general_rights_allow_it(
    client, company, severa
):
    url = f"{page_url(company, severa)}about/"
    ListingFactory(company=company, integration=None, allowed=severa.needed)
    text = client.get(url).text
    assert "2 of 5 allowed by the general access rights" in text
    assert (text.count("Allowed</span>"), text.count("Blocked</span>")) == (2, 0)
    ListingFactory(company=company, integration=severa, allowed=ResourceSet([]))
    text = client.get(url).text
    assert "0 of 5 allowed" in text
    assert "by the general" not in text
    assert (text.count("Allowed</span>"), text.count("Blocked</span>")) == (0, 2)


def test_the_window_has_the_switch_and_who_needs_the_resource(client, company, severa):
    assert "<dt>Needed by</dt><dd>Severa</dd>" in about(client, company, severa, "customer.nv")
    text = about(client, company, severa, "employee.nv", headers=HTMX)
    assert "Needed by" not in text
    [switch] = re.findall(r'<button[^>]*role="switch"[^>]*>', text)
    assert all(one in switch for one in ('name="allow"', 'value="employee.nv"', '"rights-form"'))
    press = {"allow": "employee.nv", "window": "employee.nv"}
    answer = client.post(set_url(company, severa), press, headers=HTMX).text
    assert "<p>Severa: Allowed</p>" in answer
    assert "<dt>Allowed by</dt><dd>Edith Editor" in answer


def test_without_script_the_switch_of_the_window_is_a_form_of_its_page(client, company, severa):
    text = about(client, company, severa, "customer.nv")
    form = rf'<form id="rights-form" method="post" action="{set_url(company, severa)}">'
    assert re.search(form + '<input type="hidden" name="csrfmiddlewaretoken"', text)


def test_an_attachment_is_what_an_accounting_import_is_charged_for(client, company, severa):
    ResourceFactory(code="accounting.nv", per_transaction=True)
    ResourceFactory(code="escan.nv", per_transaction=True)
    CatalogueVersion.renew()
    charged = "Charged per transaction when there is an attachment"
    assert charged in about(client, company, severa, "accounting.nv")
    assert "<dd>Charged per transaction</dd>" in about(client, company, severa, "escan.nv")


def test_a_reader_sees_the_state_of_each_section_and_of_the_integration_in_words(
    sign_in, company, reader, severa
):
    ListingFactory(company=company, integration=severa, allowed=ResourceSet([0, 3, 4]))
    text = sign_in(reader.user).get(page_url(company, severa)).text
    words = re.findall(
        r'<div class="(?:bar|section)-actions"[^>]*><span class="state">(.*?)<', text
    )
    assert words == ["Integration partly allowed", "Section partly allowed", "Section allowed"]


@pytest.mark.parametrize("package", Package)
def test_each_integration_says_whether_data_moves_on_the_package(client, company, severa, package):
    company.package = package
    company.save()
    finvoice = IntegrationFactory(name_en="Finvoice", built_in=True)
    for one in (severa, finvoice):
        ListingFactory(company=company, integration=one)
    text = client.get(page_url(company, severa)).text
    said = re.findall(r"<span>(\w+) <small>([^<]*)</small>", text)
    name = package.capitalize()
    without = [("Finvoice", f"works on {name}"), ("Severa", f"no traffic on {name}")]
    assert said == (without if package in (Package.BASIC, Package.CORE) else [])
    assert (f"Finished integration · no traffic on {name}" in text) is bool(said)


BUTTONS = [
    texts.block_all,
    texts.allows_rest,
    texts.block_shown,
    texts.allow_shown,
    texts.keep_general,
    texts.allow_needed,
    keep_needed,
]


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
@pytest.mark.parametrize("said", BUTTONS, ids=lambda said: said.__name__)
def test_a_button_about_one_resource_says_so_without_a_number(said, language):
    with translation.override(language):
        assert "1" not in said(1)
        assert "5" in said(5)
