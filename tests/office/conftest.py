"""What the tests of the office's pages share: somebody who serves client companies."""

import pytest

from apps.companies.office import OfficeAccess
from apps.companies.rules import Function, Level, Role
from tests.factories import AccountingOfficeFactory, CompanyFactory, MembershipFactory, UserFactory

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
def client(sign_in, person):
    """The person's browser."""
    return sign_in(person)
