"""The choice of language."""

import pytest
from django.test import Client

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def language_of(response):
    return response.text.split('<html lang="', 1)[1][:2]


@pytest.mark.parametrize(("wanted", "given"), [("fi", "fi"), ("sv-FI", "sv"), ("de", "en")])
def test_strangers_get_their_browsers_language(client, wanted, given):
    response = client.get("/accounts/login/", headers={"Accept-Language": wanted})
    assert language_of(response) == given
    assert response["Content-Language"] == given


def test_a_stranger_can_choose(client):
    client.post("/language/", {"language": "fi", "next": "/accounts/login/"})
    assert language_of(client.get("/accounts/login/")) == "fi"


def test_the_choice_is_kept_for_the_person_everywhere(sign_in):
    user = UserFactory()
    sign_in(user).post("/language/", {"language": "sv", "next": "/companies/"})
    assert language_of(sign_in(user).get("/companies/")) == "sv"


def test_an_unknown_language_changes_nothing(sign_in):
    user = UserFactory(language="fi")
    sign_in(user).post("/language/", {"language": "xx"})
    user.refresh_from_db()
    assert user.language == "fi"


def test_it_leads_back_but_never_elsewhere():
    client = Client()
    sent = {"language": "fi", "next": "https://elsewhere.example/"}
    assert "elsewhere" not in client.post("/language/", sent)["Location"]
    assert client.get("/language/").status_code == 405
