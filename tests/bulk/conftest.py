"""An accounting office's person with three client companies."""

import pytest

from tests.bulk.helpers import TPK
from tests.factories import MembershipFactory, UserFactory


@pytest.fixture
def person(db):
    return UserFactory()


@pytest.fixture
def companies(person):
    """Three client companies, Alder to Cedar."""
    names = ("Alder", "Birch", "Cedar")
    return [MembershipFactory(user=person, company__name=name, **TPK).company for name in names]


@pytest.fixture
def client(sign_in, person, companies):
    return sign_in(person)
