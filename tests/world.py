"""What the tests of the office's pages share: people who serve clients or change others' rights."""

import pytest

from apps.companies.access import OfficeAccess
from apps.companies.rules import Function, Level, Role
from apps.people.models import rights_of
from apps.resources.rules import Target
from apps.rights import services
from tests.conftest import signed_in
from tests.factories import AccountingOfficeFactory, CompanyFactory, MembershipFactory, UserFactory
from tests.history.helpers import wish

SERVING = {
    "roles": [Role.TPK, Role.KH, Role.KP],
    "levels": dict.fromkeys(Function, Level.EDIT),
}


@pytest.fixture
def office(db):
    """An accounting office with one person."""
    made = AccountingOfficeFactory(name="Test Office")
    made.people.add(UserFactory(name="Olga Office"))
    return made


@pytest.fixture
def person(office):
    """The person of the office."""
    return office.people.get()


@pytest.fixture
def serve(office, person):
    """Return a function that makes a client company which the person serves."""

    def make(**kwargs):
        company = CompanyFactory(**{"office": office, **kwargs})
        MembershipFactory(user=person, company=company, **SERVING)
        return company

    return make


@pytest.fixture
def office_access(person):
    """The person's access to client companies."""
    return OfficeAccess(person)


@pytest.fixture
def served(sign_in, person):
    """The person's browser."""
    return sign_in(person)


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


@pytest.fixture
def change(access, catalogue):
    """Return a function that allows or blocks some codes for one integration, or in general."""

    def change(integration, *codes, allow=True, by=access):
        return services.set_rights(
            by,
            Target(integration.public_id if integration else None),
            lambda read: wish(read, *codes, allow=allow),
        )

    return change
