"""Every list is in the order of Finnish and Swedish readers: W behind V, then Å, Ä, Ö."""

import random

import pytest

from apps.core.text import sort_key
from apps.people.models import Invitation
from tests.factories import (
    AccountingOfficeFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
    UserFactory,
)
from tests.world import SERVING

pytestmark = pytest.mark.django_db
NAMES = ["1ab", "ahola", "Ahonen", "Álvarez", "vuori", "Waltari", "wasa", "Yli", "Ågren"]
NAMES += ["ähtäri", "Öhman", "ösp"]
SHUFFLED = random.Random(19).sample(NAMES, len(NAMES))  # noqa: S311 - an order, no secret


def members(company, person):
    for name in SHUFFLED:
        MembershipFactory(company=company, user__name=name)
    return f"/companies/{company.business_id}/users/"


def invitations(company, person):
    for name in SHUFFLED:
        email = f"{SHUFFLED.index(name)}@test.example"
        token = {"invited_by": person}
        Invitation.objects.create(company=company, name=name, email=email, **token)
    return f"/companies/{company.business_id}/users/"


def companies(company, person):
    office = AccountingOfficeFactory()
    for name in SHUFFLED:
        more = {"company__name": name, "company__office": office}
        MembershipFactory(user=person, **SERVING, **more)
    return "/companies/"


def clients(company, person):
    companies(company, person)
    return "/office/"


def clients_by_package(company, person):
    companies(company, person)
    return "/office/?sort=package"


def bulk(company, person):
    companies(company, person)
    return "/office/rights/"


def offices(company, person):
    for name in SHUFFLED:
        AccountingOfficeFactory(name=name).people.add(person)
    clients(company, person)
    return "/office/new/"


def integrations(company, person):
    for name in SHUFFLED:
        integration = IntegrationFactory(name_en=f"the {name}", name_fi=name, custom=True)
        ListingFactory(company=company, integration=integration)
    return f"/companies/{company.business_id}/interface-resources/"


def found_integrations(company, person):
    for name in SHUFFLED[:5]:
        IntegrationFactory(name_en=f"find {name}", name_fi=f"find {name}")
    return f"/companies/{company.business_id}/interface-resources/?name=find"


LISTS = [members, invitations, companies, clients, clients_by_package, bulk, offices]
LISTS += [integrations, found_integrations]


@pytest.mark.parametrize("fill", LISTS, ids=lambda fill: fill.__name__)
def test_a_list_is_in_order(sign_in, company, catalogue, fill):
    person = UserFactory(name="Me", language="fi")
    MembershipFactory(user=person, company=company, **SERVING)
    text = sign_in(person).get(fill(company, person)).text
    named = [name for name in NAMES if name in text]
    assert len(named) >= 5
    assert named == sorted(named, key=text.index)


def test_accents_and_signs_part_no_letters():
    assert sort_key("Café Æbler-Ü") == sort_key(" cafe äbler·y ") == "cafe |bler y"
    assert sort_key("so\u00adft") == sort_key("soft")
