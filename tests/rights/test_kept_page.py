"""The rights page as it is opened: kept, and yet always what it would be anew."""

import gzip
import re

import pytest
from django.core.cache import caches

from apps.accounts.models import User
from apps.companies.access import enter
from apps.companies.models import AccountingOffice
from apps.companies.rules import Package
from apps.identifiers.services import pause
from apps.resources.catalog.snapshot import Catalogue
from apps.resources.rules import NOTHING
from tests.factories import ApiIdentifierFactory, ListingFactory, MembershipFactory
from tests.rights.addresses import page_url, set_url

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w{64})"')


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


def opened(client, url):
    """Return the page, having seen that the kept one and the one made anew are the same."""
    kept, again = client.get(url).text, client.get(url).text
    caches["pieces"].clear()
    Catalogue.load()._pieces.clear()
    anew = client.get(url).text
    assert TOKEN.sub("", kept) == TOKEN.sub("", again) == TOKEN.sub("", anew)
    return anew


@pytest.mark.parametrize("other", [False, True], ids=["general", "integration"])
def test_every_change_is_seen_on_every_page(client, company, severa, other):
    third = ListingFactory(company=company).integration
    url = page_url(company, severa if other else None)
    seen = [opened(client, url)]
    for target, wish in (
        (severa, {"allow": "customer.nv"}),
        (None, {"allow": "section:sales"}),
        (third, {"allow": "all"}),
        (severa, {"block": "all"}),
        (None, {"block": "all"}),
    ):
        client.post(set_url(company, target), wish)
        assert "Undo" in client.get(url).text  # what was said, once
        seen.append(opened(client, url))
    assert len(set(map(TOKEN.sub, [""] * len(seen), seen))) == len(seen)


def test_what_else_the_page_shows_is_seen_at_once(client, company, editor, catalogue):
    url = page_url(company)
    assert "Not ready: no API identifier." in opened(client, url)
    identifier = ApiIdentifierFactory(owner=editor.user, made_in=company)
    assert "1 works in this company" in opened(client, url)
    pause(enter(editor, editor.user, locked=True), identifier.pk)
    assert "Not ready: no API identifier." in opened(client, url)
    company.package = Package.CORE
    company.save()
    assert "The interface service is not in this package." in opened(client, url)
    company.name = "Renamed Oy"
    company.save()
    assert "Renamed Oy" in opened(client, url)


def test_each_integration_has_its_own(client, company, severa):
    other = ListingFactory(company=company, integration__name_en="Other").integration
    ListingFactory(company=company, integration=severa)
    for integration, name in (
        (severa, "Severa"),
        (other, "Other"),
        (None, "General access rights"),
    ):
        text = opened(client, page_url(company, integration))
        assert f'<h2 id="h-all" tabindex="-1">{name}</h2>' in text


@pytest.mark.parametrize(
    ("whose", "news", "shown"),
    [
        ("user", {"name": "Edith Other"}, "Edith Other"),
        ("user", {"email": "other@test.example"}, "other@test.example"),
        ("user", {"is_staff": True}, "Site administration"),
        ("member", {"roles": ["KH", "KP"]}, "KH, KP"),
    ],
)
def test_a_person_sees_what_they_became(client, company, editor, catalogue, whose, news, shown):
    editor.levels = {"interface_resources": "edit"}
    editor.save()
    before = client.get(page_url(company)).text
    changed = editor if whose == "member" else editor.user
    for name, value in news.items():
        setattr(changed, name, value)
    changed.save()
    assert shown not in before
    assert shown in opened(client, page_url(company))


@pytest.mark.parametrize("other", [False, True], ids=["general", "integration"])
def test_a_browser_gets_the_same_page_compressed(client, company, severa, other):
    ListingFactory(company=company, integration=severa)
    url = page_url(company, severa if other else None)
    for _ in ("anew", "kept"):
        packed = client.get(url, headers={"Accept-Encoding": "br, gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert int(packed["Content-Length"]) == len(packed.content)
        plain = client.get(url)
        assert "Content-Encoding" not in plain
        for response in (packed, plain):
            assert {"Accept-Encoding", "Cookie"} <= set(response["Vary"].split(", "))
        text = gzip.decompress(packed.content).decode()
        assert TOKEN.sub("", text) == TOKEN.sub("", plain.text)
        assert len(TOKEN.findall(text)) == 3
        assert set(TOKEN.findall(text)) != set(TOKEN.findall(plain.text))


def test_each_language_has_its_own(client, company, editor, severa):
    words = {"en": "Blocked", "fi": "Estetty", "sv": "Blockerad"}
    for language in ("en", "fi", "sv", "en"):
        User.objects.filter(pk=editor.user.pk).update(language=language)
        text = client.get(page_url(company, severa)).text
        found = {code for code, word in words.items() if f'aria-hidden="true">{word}<' in text}
        assert found == {language}


@pytest.mark.parametrize("listed", [True, False])
def test_a_changed_integration_is_seen_at_once(client, company, severa, listed):
    if listed:
        ListingFactory(company=company, integration=severa)
    url = page_url(company, severa)
    assert "Renamed" not in client.get(url).text
    severa.name_en, severa.name_fi, severa.name_sv = ["Renamed"] * 3
    severa.save()
    assert '<h2 id="h-all" tabindex="-1">Renamed</h2>' in client.get(url).text
    severa.needed = NOTHING
    assert "tag-needed" in client.get(url).text
    severa.save()
    assert "tag-needed" not in client.get(url).text


def test_it_is_the_page_that_a_filter_that_finds_everything_gives(client, company, severa):
    for url in (page_url(company), page_url(company, severa)):
        texts = client.get(url).text, client.get(url, {"find": "", "show": ""}).text
        kept, shown = (re.sub(r">\s+<", "><", TOKEN.sub("", text)) for text in texts)
        assert kept == shown


def test_an_offices_new_name_is_seen_at_once(client, company, editor, catalogue):
    editor.roles = ["TPK", "KH"]
    editor.save()
    assert company.office.name in opened(client, page_url(company))
    AccountingOffice.objects.update(name="Renamed office")
    assert "Renamed office" in opened(client, page_url(company))


def test_somebody_who_may_edit_no_more_sees_no_switch(client, company, editor, catalogue):
    assert 'role="switch"' in opened(client, page_url(company))
    editor.levels = {**editor.levels, "interface_resources": "view"}
    editor.save()
    assert 'role="switch"' not in opened(client, page_url(company))


def test_every_answer_has_a_token_of_its_own(sign_in, client, company, editor, severa):
    first, second = (TOKEN.findall(client.get(page_url(company)).text) for _ in range(2))
    assert len(set(first)) == len(set(second)) == 1
    assert set(first) != set(second)
    strict = sign_in(editor.user, enforce_csrf_checks=True)
    token = TOKEN.search(strict.get(page_url(company)).text).group(1)
    wish = {"allow": "customer.nv", "csrfmiddlewaretoken": token}
    assert strict.post(set_url(company, severa), wish).status_code == 302
    theirs = sign_in(MembershipFactory(company=company, editor=True).user, enforce_csrf_checks=True)
    theirs.get(page_url(company))
    assert theirs.post(set_url(company, severa), wish).status_code == 403
