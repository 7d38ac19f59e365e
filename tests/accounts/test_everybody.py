"""Signing in: every kind of person, with each factor and none, in every way there is."""

from itertools import product
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.accounts.factors import CONFIRM, FACTOR, LOGIN, code_of, confirm, password, set_up_app
from tests.accounts.oidc import walk
from tests.accounts.passkeys import Device
from tests.conftest import signed_in
from tests.factories import AccountingOfficeFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
COMPANIES = "/companies/"
IN, SET_UP, SECOND_STEP, NOT_IN = COMPANIES, FACTOR, CONFIRM, LOGIN


def member(*roles):
    return lambda: MembershipFactory(roles=list(roles), user__email="person@test.example").user


def of_the_office():
    user = member("TPK", "KH", "KP")()
    AccountingOfficeFactory().people.add(user)
    return user


def site_staff():
    return UserFactory(email="person@test.example", is_staff=True, is_superuser=True)


PEOPLE = {
    "company user": member(),
    "auditor": member("TT"),
    "KH": member("KH"),
    "company administrator": member("CA"),
    "TPK": of_the_office,
    "site staff": site_staff,
}
FREE = {"company user", "auditor"}
"""Whose password alone is enough; the others need a factor."""


class Person:
    """Somebody with a factor, and a browser in which they are signed in by nothing yet."""

    def __init__(self, user, factor):
        self.user, self.client, self.device = user, Client(), Device(user)
        self.key, self.codes = "", ["00000000"]
        mine = signed_in(user)
        if factor == "app":
            self.key, self.codes = set_up_app(mine)
        if factor == "passkey":
            self.device.add(mine)
            self.codes = mine.get(f"{FACTOR}codes/").context["unused_codes"]


def by_password(person, **_):
    password(person.client, person.user)


def by_app(person, **_):
    password(person.client, person.user)
    confirm(person.client, code_of(person.key or "A" * 32))


def by_recovery_code(person, **_):
    password(person.client, person.user)
    confirm(person.client, person.codes[0])


def by_passkey_as_second_step(person, **_):
    password(person.client, person.user)
    person.client.get(CONFIRM)
    if "mfa.webauthn.state" in person.client.session:
        person.client.post(CONFIRM, {"credential": person.device.credential(person.client)})


def by_passkey_alone(person, **_):
    person.client.get(f"{FACTOR}passkeys/sign-in/", headers={"Accept": "application/json"})
    sent = {"credential": person.device.credential(person.client)}
    person.client.post(f"{FACTOR}passkeys/sign-in/", sent)


def by_provider(person, provider):
    walk(person.client, provider(), amr=["pwd"])


def by_provider_with_its_factor(person, provider):
    walk(person.client, provider(), amr=["pwd", "mfa"])


# Where somebody is then: whose password is enough, and who needs a factor.
TABLE = {
    ("none", by_password): (IN, SET_UP),
    # Without factors there is no second step: what is sent to it changes nothing.
    ("none", by_app): (IN, SET_UP),
    ("none", by_recovery_code): (IN, SET_UP),
    ("none", by_passkey_as_second_step): (IN, SET_UP),
    # A passkey that nobody has added is nobody's.
    ("none", by_passkey_alone): (NOT_IN, NOT_IN),
    ("none", by_provider): (IN, SET_UP),
    ("none", by_provider_with_its_factor): (IN, IN),
    ("app", by_password): (SECOND_STEP, SECOND_STEP),
    ("app", by_app): (IN, IN),
    ("app", by_recovery_code): (IN, IN),
    # Whose factor is an app has no passkey, for either step.
    ("app", by_passkey_as_second_step): (SECOND_STEP, SECOND_STEP),
    ("app", by_passkey_alone): (NOT_IN, NOT_IN),
    ("app", by_provider): (SECOND_STEP, SECOND_STEP),
    ("app", by_provider_with_its_factor): (IN, IN),
    ("passkey", by_password): (SECOND_STEP, SECOND_STEP),
    # Whose factor is a passkey has no app; its recovery codes stand in for it.
    ("passkey", by_app): (SECOND_STEP, SECOND_STEP),
    ("passkey", by_recovery_code): (IN, IN),
    ("passkey", by_passkey_as_second_step): (IN, IN),
    ("passkey", by_passkey_alone): (IN, IN),
    ("passkey", by_provider): (SECOND_STEP, SECOND_STEP),
    ("passkey", by_provider_with_its_factor): (IN, IN),
}


def where(client):
    """Return which page somebody gets who wants their companies."""
    client.post(f"{FACTOR}remember/", {"action": "skip"})
    answer = client.get(COMPANIES)
    led = urlsplit(answer.headers.get("Location", COMPANIES)).path
    waits = led == LOGIN and client.get(CONFIRM).status_code == 200
    return SECOND_STEP if waits else led


@pytest.mark.parametrize(
    ("who", "factor", "way"),
    [(who, *row) for who, row in product(PEOPLE, TABLE)],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_where_somebody_gets(who, factor, way, settings, request):
    settings.SECOND_FACTOR = "administrators"
    person = Person(PEOPLE[who](), factor)
    way(person, provider=lambda: request.getfixturevalue("provider"))
    assert where(person.client) == TABLE[factor, way][who not in FREE]
