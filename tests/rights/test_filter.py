"""Finding resources, and acting on what is shown."""

import re

import pytest

from apps.resources import reads
from apps.resources.models import CatalogueVersion, InterfaceResource, Listing
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet
from apps.rights.rules import Filter, Show, found, marked, words_of
from tests.factories import ListingFactory, set_of
from tests.rights.addresses import HTMX, page_url, set_url

SALES = ["customer.nv", "customerlist.nv", "salesinvoice.nv"]


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


@pytest.fixture
def words(catalogue):
    """The catalogue with words in three languages."""
    InterfaceResource.objects.filter(code="employee.nv").update(
        name_fi="Palkansaajan tuonti", name_sv="Import av löntagare", purpose_en="Adds a worker."
    )
    return reads.read_catalogue()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("palkansaajan", ["employee.nv"]),
        ("LÖNTAGARE", ["employee.nv"]),
        ("lontagare import", ["employee.nv"]),
        ("worker", ["employee.nv"]),
        ("customerlist", ["customerlist.nv"]),
        ("customer", ["customer.nv", "customerlist.nv"]),
        ("sales", SALES),
        ("customer.nv, employee", ["customer.nv", "employee.nv"]),
        ("customer;getemployee.nv\nsalesinvoice", ["customer.nv", "getemployee.nv", "salesinvoice.nv"]),
        ("customer list", ["customerlist.nv"]),
        ("zzz", []),
        ("\U0001f600", []),
    ],
)  # fmt: skip
def test_a_text_finds(words, text, codes):
    assert found(text, words) & words.live == set_of(words, codes)


def test_nothing_typed_finds_everything(words):
    assert found("  ", words) == set_of(words, words.by_code)
    assert not Filter("  ").active


@pytest.mark.parametrize(
    ("show", "codes"),
    [
        (Show.ALL, ["customer.nv", "customerlist.nv", "salesinvoice.nv", "employee.nv", "getemployee.nv"]),
        (Show.ALLOWED, ["customer.nv"]),
        (Show.BLOCKED, ["customerlist.nv", "salesinvoice.nv", "employee.nv", "getemployee.nv"]),
        (Show.GET, ["customerlist.nv"]),
        (Show.IMPORT, ["customer.nv", "salesinvoice.nv", "employee.nv", "getemployee.nv"]),
        (Show.PER_TRANSACTION, ["salesinvoice.nv"]),
    ],
)  # fmt: skip
def test_a_choice_shows(catalogue, show, codes):
    InterfaceResource.objects.filter(code="customerlist.nv").update(direction="export")
    InterfaceResource.objects.filter(code="salesinvoice.nv").update(per_transaction=True)
    now = reads.read_catalogue()
    in_force = set_of(now, ["customer.nv"])
    assert Filter(show=show).matches(now, in_force) & now.live == set_of(now, codes)


def test_kept_rows_stay_although_their_state_changed(catalogue):
    kept = Filter(show=Show.BLOCKED, keep=set_of(catalogue, ["customer.nv"]))
    assert kept.matches(catalogue, catalogue.live) & catalogue.live == kept.keep


def shown(catalogue, codes, **looked_for):
    return {"shown": set_of(catalogue, codes).hex, **looked_for}


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_shown_acts_on_the_filtered_rows_and_nothing_else(
    client, company, severa, catalogue, headers
):
    sent = shown(catalogue, ["customer.nv", "customerlist.nv"], find="customer", allow="shown")
    client.post(set_url(company, severa), sent, headers=headers)
    allowed = Listing.objects.get(company=company).allowed
    assert allowed == set_of(catalogue, ["customer.nv", "customerlist.nv"])


def test_shown_acts_on_what_the_person_saw_when_the_page_is_stale(
    client, company, severa, catalogue
):
    """The filter would show less by now, since somebody allowed one of the two meanwhile."""
    ListingFactory(company=company, integration=severa, allowed=set_of(catalogue, ["customer.nv"]))
    seen = shown(catalogue, ["customer.nv", "customerlist.nv"], show="blocked", block="shown")
    client.post(set_url(company, severa), seen)
    assert Listing.objects.get(company=company).allowed == NOTHING


def test_shown_never_goes_beyond_the_filter(client, company, severa, catalogue):
    sent = {"shown": EVERYTHING.hex, "find": "customer", "allow": "shown"}
    client.post(set_url(company, severa), sent)
    allowed = Listing.objects.get(company=company).allowed
    assert allowed == set_of(catalogue, ["customer.nv", "customerlist.nv"])


@pytest.mark.parametrize("sent", [{"shown": "zz"}, {"shown": "00"}, {"shown": ""}, {}])
def test_shown_without_rows_changes_nothing(client, company, severa, sent):
    response = client.post(set_url(company, severa), {"find": "x", "allow": "shown", **sent})
    assert response.status_code == 422
    assert not Listing.objects.exists()


def test_without_script_the_changed_row_stays_and_the_filter_too(
    client, company, severa, catalogue
):
    sent = shown(catalogue, SALES, find="sales", show="blocked", allow="customer.nv")
    response = client.post(set_url(company, severa), sent)
    assert "find=sales&show=blocked&keep=" in response["Location"]
    page = client.get(response["Location"]).text
    assert page.count('role="switch"') == 3


def test_the_rows_alone_for_htmx_and_the_address_that_keeps_the_filter(client, company, severa):
    response = client.get(page_url(company, severa) + "filter/", {"find": "customer"}, headers=HTMX)
    assert response["HX-Replace-Url"] == page_url(company, severa) + "?find=customer&show="
    assert response.text.count('role="switch"') == 2
    assert "Allow the 2 shown" in response.text
    assert 'role="checkbox"' not in response.text


@pytest.mark.parametrize(
    "sent", [{"find": "x" * 10_000}, {"find": "a\x00b"}, {"show": "nonsense"}, {"keep": "zz"}]
)
def test_a_filter_that_cannot_be_answered_says_why(client, company, severa, sent):
    for url in (page_url(company, severa), page_url(company, severa) + "filter/"):
        response = client.get(url, sent)
        assert response.status_code == 422
        assert 'id="find-resource_error"' in response.text
    assert (
        sent.get("find", "x")[:5].split("\x00")[0]
        in client.get(page_url(company, severa), sent).text
    )


def test_the_sensitive_ones_are_found_and_say_in_one_word_why(client, company, severa):
    InterfaceResource.objects.filter(code="salesinvoice.nv").update(sensitivity="pay")
    CatalogueVersion.renew()
    text = client.get(page_url(company, severa), {"show": "sensitive"}).text
    assert re.findall(r"<code>(.*?)</code>", text) == ["salesinvoice.nv"]
    assert "<span>pay</span>" in text
    about = f"/companies/{company.business_id}/interface-resources/about/"
    window = client.get(about, {"resource": "salesinvoice.nv"}).text
    assert "Concerns salaries and other pay of employees." in window
    assert "Sensitive" not in client.get(about, {"resource": "customer.nv"}).text


def test_nothing_found_is_said_with_a_way_out(client, company, severa):
    text = client.get(page_url(company, severa), {"find": "zzz"}).text
    assert "No resource found." in text
    assert "Allow the" not in text.split('id="bar"')[1]


def test_a_reader_filters_too(sign_in, company, reader, severa):
    text = sign_in(reader.user).get(page_url(company, severa), {"find": "customer"}).text
    assert text.count('form="about" name="resource"') == 2
    assert "shown</button>" not in text


def test_the_hexadecimal_form_of_a_set():
    assert ResourceSet.from_hex(ResourceSet([0, 255]).hex) == ResourceSet([0, 255])
    with pytest.raises(ValueError, match="32 bytes"):
        ResourceSet.from_hex("00")


@pytest.mark.parametrize(
    ("text", "looked_for", "pieces"),
    [
        ("Import customer details", "customer", [("Import ", False), ("customer", True), (" details", False)]),
        ("Työaika", "TYO", [("Työ", True), ("aika", False)]),
        ("aaab", "aa", [("aaa", True), ("b", False)]),
        ("customer.nv", "import", [("customer.nv", False)]),
        ("", "x", []),
    ],
)  # fmt: skip
def test_what_was_found_is_told_apart(text, looked_for, pieces):
    assert marked(text, words_of(looked_for)) == pieces


@pytest.fixture
def page(client, company, severa):
    """Return a function that gives what a filter shows of Severa."""
    return lambda **sent: client.get(page_url(company, severa) + "filter/", sent, headers=HTMX).text


def test_a_match_is_bold_in_name_and_code(page):
    text = page(find="customer list")
    assert "Get <mark>customer</mark> <mark>list</mark>" in text
    assert "<code><mark>customerlist</mark>.nv</code>" in text


def test_a_hit_elsewhere_shows_the_words(page, words):
    assert "<small>Adds a <mark>worker</mark>.</small>" in page(find="worker")
    assert "<small>Import av <mark>löntagare</mark></small>" in page(find="lontagare")
    assert "<small>" not in page(find="salaries")  # its heading says it


def test_sections_count_what_is_shown_and_the_index_has_no_others(page):
    text = page(find="list")
    assert '<span class="count">1 of 3 shown</span>' in text
    index = text[text.index('id="index"') :]
    assert 'href="#s-sales"' in index
    assert "s-salaries" not in index


def test_a_press_keeps_the_count_of_what_is_shown(client, company, severa, catalogue):
    sent = shown(catalogue, ["customerlist.nv"], find="list", allow="customerlist.nv")
    text = client.post(set_url(company, severa), sent, headers=HTMX).text
    assert "1 of 3 shown</span>" in text


def test_allowing_what_is_shown_in_general_asks_first(client, company, catalogue):
    url = page_url(company) + "ask/"
    text = client.get(page_url(company) + "filter/", {"find": "customer"}, headers=HTMX).text
    assert f'formaction="{url}"' in text
    sent = shown(catalogue, SALES[:2], find="customer", allow="shown")
    window = client.post(url, sent, headers=HTMX).text
    assert "Allow 2 resources in the general access rights?" in window
    assert window.index("autofocus") < window.index('value="shown"')
    assert not Listing.objects.exists()
    assert "<html" in client.post(url, sent).text
    response = client.post(set_url(company), sent, follow=True)
    assert "2 resources allowed for General access rights." in response.text
