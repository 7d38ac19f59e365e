"""At every width, in every language, with the longest names: each control is whole and nobody's else."""

from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.companies.models import Company
from apps.identifiers.models import ApiIdentifier
from apps.resources.models import Integration, Listing
from apps.resources.rules import ResourceSet
from tests.browser.conftest import MEMBER
from tests.factories import IntegrationFactory

MEASURE = (Path(__file__).parent / "measure.js").read_text()
WIDTHS = [320, 360, 390, 600, 767, 768, 930, 960, 1100, 1280, 1440, 1920]
PHONE = 768
"""Below it controls are made for thumbs."""
WORDS = "Keski-Pohjanmaan maanrakennus- ja kuljetusyrittäjien laskutuspalveluosuuskunnan rajapinta "
WORD = "Maanrakennuskuljetusliikkeenharjoittajayhdistystoiminnanjohtaja"
PAGES = {
    "rights": ("kh", "{company}/interface-resources/?open=customer.nv&open=accounting.nv"),
    "partly": ("kh", "{company}/interface-resources/{words}/"),
    "blocked": ("kh", "{company}/interface-resources/{word}/?name=a&find=customer"),
    "unlisted": ("kh", "{company}/interface-resources/{luovu}/?find=invoice"),
    "reader": ("reader", "{company}/interface-resources/{words}/?find=invoice"),
    "home": ("tpk", "{company}/"),
    "identifiers": ("kh", "{company}/api-identifiers/"),
    "own": ("member", "{company}/api-identifiers/"),
    "users": ("kh", "{company}/users/"),
    "history": ("kh", "{company}/history/"),
    "companies": ("tpk", "/companies/"),
    "office": ("tpk", "/office/"),
    "bulk": ("tpk", "/office/rights/"),
}


def long_name(part: str, length: int) -> str:
    return (part * length)[:length].strip()


@pytest.fixture
def addresses(bakery) -> dict[str, str]:
    """Give companies, people, integrations and notes the longest names; return what PAGES names."""
    bakery.name = long_name(WORDS, 200)
    bakery.save()
    Company.objects.filter(name="Demo Carpentry").update(name=long_name(WORD, 200))
    User.objects.filter(email__in=["kh@demo.example", MEMBER]).update(name=long_name(WORD, 100))
    ApiIdentifier.objects.filter(owner__email=MEMBER).update(note=long_name(WORD, 200))
    made = {}
    for name, part, allowed in (("words", WORDS, 60), ("word", WORD, 0)):
        made[name] = IntegrationFactory(name_en=long_name(part, 149), needed=ResourceSet(range(90)))
        Listing.objects.create(
            company=bakery, integration=made[name], allowed=ResourceSet(range(allowed))
        )
    made["luovu"] = Integration.objects.get(name_en="Luovu")
    return {name: one.public_id for name, one in made.items()} | {
        "company": f"/companies/{bakery.business_id}"
    }


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_control_is_whole_at_every_width(page, site, sign_in_as, addresses, language):
    User.objects.update(language=language)
    wrong, who = [], None
    for name, (whose, address) in PAGES.items():
        if whose != who:
            page.context.clear_cookies(name="sessionid")
            sign_in_as(who := whose)
        page.goto(site + address.format(**addresses))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate(MEASURE, width < PHONE)
            wrong += [f"{name} {language} {width}: {one}" for one in found]
    assert wrong == [], "\n".join(wrong)
