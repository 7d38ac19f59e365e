"""People who change others' rights, signed in with a password."""

import pytest

from apps.companies.rules import Function, Level, Role
from apps.office.users.facts import rights_of
from tests.factories import MembershipFactory
from tests.identifiers.conftest import signed_in


@pytest.fixture
def base(company):
    """Where the company's users are."""
    return f"/companies/{company.business_id}/users/"


@pytest.fixture
def kh(editor):
    """A KH's client, with a fresh password."""
    return signed_in(editor.user)


@pytest.fixture
def tpk_member(company):
    """The accounting office's person in the company."""
    return MembershipFactory(
        company=company,
        roles=[Role.TPK, Role.KH, Role.KP],
        levels=dict.fromkeys(Function, Level.EDIT),
        user__name="Tina Office",
    )


@pytest.fixture
def tpk(tpk_member):
    """Their client, with a fresh password."""
    return signed_in(tpk_member.user)


@pytest.fixture
def worker(company):
    """A member without roles."""
    return MembershipFactory(
        company=company,
        levels={Function.SALES_INVOICES: Level.EDIT},
        user__name="Will Worker",
        user__email="will@test.example",
    )


@pytest.fixture
def sent():
    """Return a function that gives what the form of a member's rights sends, as it is or changed."""

    def fields(member, **changed):
        now = rights_of(member)
        levels = {function.value: now.grants.level(function).value for function in Function}
        data = {"seen": now.mark, "roles": now.snapshot["roles"], **levels, **changed}
        return {name: value for name, value in data.items() if value is not None}

    return fields
