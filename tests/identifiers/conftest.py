"""A member with identifiers, signed in with a password."""

import pytest
from django.test import Client

from apps.companies.rules import Function, Level
from tests.factories import PASSWORD, MembershipFactory


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


def signed_in(user) -> Client:
    """Return a client of somebody who gave the password just now."""
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def base(company):
    """Where the company's identifiers are."""
    return f"/companies/{company.business_id}/api-identifiers/"
