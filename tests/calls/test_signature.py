"""The owner pastes the text that a program signed, and is told the first part that differs."""

import pytest
from cryptography.fernet import Fernet
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.companies.rules import Function, Level
from apps.gateway.signing import Algorithm, Part
from tests.factories import ApiIdentifierFactory, MembershipFactory
from tests.gateway.conftest import BASE
from tests.gateway.over_wsgi import WHOLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def identifier(company, settings):
    settings.GATEWAY = {**WHOLE, "bases": [BASE]}
    owner = MembershipFactory(company=company, levels={Function.PAYROLL: Level.EDIT})
    return ApiIdentifierFactory(owner=owner.user, made_in=company)


@pytest.fixture
def parts(company, identifier, severa):
    """The parts of a text that is signed right, with an "&" in its address."""
    return {
        Part.ADDRESS: f"{BASE}/customerlist.nv?a=1&b=2",
        Part.SENDER: "Test client",
        Part.CUSTOMER: identifier.user_id,
        Part.TIMESTAMP: "2026-11-05 09:05:00.000",
        Part.LANGUAGE: "FI",
        Part.COMPANY: company.business_id,
        Part.TRANSACTION: "abc",
        Part.UNIX: "1762333500",
        Part.KEY: identifier.key.reveal(),
        Part.PARTNER_KEY: severa.partner_key.reveal(),
    }


@pytest.fixture
def compare(sign_in, company, identifier, severa):
    """Return a function that pastes a text."""

    def compare(text, by=None, **more):
        sent = {"own": identifier.user_id, "partner": severa.public_id, "algorithm": "HMACSHA256"}
        address = reverse("check_signature", args=[company.business_id])
        return sign_in(by or identifier.owner).post(address, {**sent, "text": text, **more})

    return compare


WRONG = dict.fromkeys(Part, "") | {
    Part.ADDRESS: "https://elsewhere.example/customer.nv",
    Part.CUSTOMER: "XX_1_1",
    Part.COMPANY: "2000000-0",
    Part.UNIX: "soon",
    Part.KEY: "0" * 32,
    Part.PARTNER_KEY: "f" * 32,
}


@pytest.mark.parametrize("part", Part)
def test_the_first_part_that_differs_is_named_and_no_key_shown(compare, parts, part):
    text = "&".join({**parts, part: WRONG[part], Part.PARTNER_KEY: "e" * 32}.values())
    asked = compare(text)
    found = asked.context["found"]
    assert found.said.startswith("The first difference is")
    for secret in (parts[Part.KEY], parts[Part.PARTNER_KEY], "0" * 32, "e" * 32):
        assert secret not in asked.text
    assert found.text.endswith("&••••••••&••••••••")


def test_every_part_has_its_own_sentence(compare, parts):
    said = {
        compare("&".join({**parts, part: WRONG[part]}.values())).context["found"].said
        for part in Part
    }
    assert len(said) == len(Part)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_when_all_is_right_the_vendor_calculates_otherwise(compare, parts, algorithm):
    told = {part: text for part, text in parts.items() if part != Part.UNIX or not algorithm.older}
    asked = compare("&".join(told.values()) + "\r\n", algorithm=algorithm)
    assert asked.status_code == 200
    assert "Every part is right." in asked.text


@pytest.mark.parametrize("text", ["", "a&b", "&" * 8])
def test_what_cannot_be_compared_is_said_at_the_field(compare, text):
    asked = compare(text)
    assert asked.status_code == 422
    assert 'id="id_text_error"' in asked.text


def test_of_others_identifiers_nothing_is_compared(compare, parts, editor):
    asked = compare("&".join(parts.values()), by=editor.user)
    assert asked.status_code == 422
    assert "Choose an identifier of your own, and an integration." in asked.text


def test_it_leaves_no_trace(compare, parts, caplog):
    caplog.set_level("DEBUG")
    compare("&".join(parts.values()))
    assert not AuditEvent.objects.exists()
    assert parts[Part.KEY] not in caplog.text


def test_keys_that_cannot_be_read_are_said_so(compare, parts, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    asked = compare("&".join(parts.values()))
    assert asked.status_code == 409
    assert "The keys cannot be read." in asked.text
