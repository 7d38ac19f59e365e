"""A page is its reader's, its company's and in its language, however many were made before."""

import re

import pytest

from apps.accounts.models import User
from tests.factories import ListingFactory, MembershipFactory
from tests.rights.addresses import page_url, set_url

pytestmark = pytest.mark.django_db


def test_everybody_sees_their_own_name_and_menu(sign_in, company, editor, reader, catalogue):
    staff = MembershipFactory(company=company, editor=True, user__is_staff=True, roles=["TPK"])
    twin = MembershipFactory(company=company, editor=True)
    people = [editor, twin, reader, staff]
    for _ in range(2):
        for person in people:
            text = sign_in(person.user).get(page_url(company)).text
            shown = {one.user.email for one in people if f"<p>{one.user.email}</p>" in text}
            assert shown == {person.user.email}
            assert ("Site administration" in text) is person.user.is_staff
            assert ('role="switch"' in text) is (person is not reader)


def test_a_new_name_and_a_new_role_are_seen_at_once(sign_in, company, editor, catalogue):
    client = sign_in(editor.user)
    assert "Edith Editor" in client.get(page_url(company)).text
    User.objects.filter(pk=editor.user.pk).update(name="Edith Other")
    editor.roles = ["KH", "KP"]
    editor.save()
    text = client.get(page_url(company)).text
    assert "Edith Editor" not in text
    assert "KH, KP" in text


def test_the_bar_follows_every_change(sign_in, company, editor, severa):
    client = sign_in(editor.user)
    bar = re.compile(r'id="bar".*?class="bar-actions"', re.DOTALL)
    seen = []
    for wish in ({}, {"allow": "customer.nv"}, {"allow": "all"}, {"block": "all"}):
        if wish:
            client.post(set_url(company, severa), wish)
        seen.append(bar.search(client.get(page_url(company, severa)).text).group())
    assert "not in the list yet" in seen[0]
    assert [re.search(r"(\d) of 5 allowed", one).group(1) for one in seen] == ["0", "1", "5", "0"]
    assert len(set(seen)) == 4


def test_each_company_has_its_own(sign_in, company, editor, severa, catalogue):
    other = MembershipFactory(user=editor.user, editor=True).company
    ListingFactory(company=company, integration=severa)
    client = sign_in(editor.user)
    for _ in range(2):
        for here, there in ((company, other), (other, company)):
            text = client.get(page_url(here)).text
            assert f"/companies/{here.business_id}/" in text
            assert there.business_id not in text
            assert (">Severa" in text) is (here == company)


def test_each_language_has_its_own(sign_in, company, editor, severa):
    ListingFactory(company=company, integration=severa)
    words = {"en": ">Blocked<", "fi": ">Estetty<", "sv": ">Blockerad<"}
    for _ in range(2):
        for language in words:
            User.objects.filter(pk=editor.user.pk).update(language=language)
            for url in (page_url(company), page_url(company, severa)):
                text = sign_in(editor.user).get(url).text
                assert {code for code, word in words.items() if word in text} == {language}
                assert "Kirjaudu ulos" in text if language == "fi" else "Kirjaudu ulos" not in text


def test_the_current_page_is_marked(sign_in, company, editor, severa):
    client = sign_in(editor.user)
    for url, label in (
        (page_url(company), "Rights of interface resources"),
        (page_url(company, severa), "Rights of interface resources"),
        (f"/companies/{company.business_id}/api-identifiers/", "API identifiers"),
        (f"/companies/{company.business_id}/", None),
    ):
        text = client.get(url).text
        menu = text[text.index('class="company-nav"') : text.index("</nav>")]
        assert menu.count('aria-current="page"') == (label is not None)
        assert label is None or f'aria-current="page">{label}' in menu
