"""A member with identifiers, signed in with a password."""

import pytest

from apps.companies.rules import Function, Level
from tests.conftest import signed_in
from tests.factories import MembershipFactory


@pytest.fixture
def member(company):
    """A member without roles who may create identifiers."""
    return MembershipFactory(
        company=company,
        levels={Function.SALES_INVOICES: Level.EDIT},
        user__name="Mary Member",
        user__email="mary@test.example",
    )


@pytest.fixture
def client(member):
    """The member's client, with a fresh password."""
    return signed_in(member.user)


@pytest.fixture
def base(company):
    """Where the company's identifiers are."""
    return f"/companies/{company.business_id}/api-identifiers/"
