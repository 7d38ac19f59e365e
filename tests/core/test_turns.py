"""How many may do something at once, and what those are told who come too late."""

import threading
from contextlib import ExitStack

import pytest
from django.test import Client

from apps.accounts.hashers import hashing
from apps.core.limits import Busy, Turns
from tests.factories import PASSWORD, UserFactory


def test_so_many_at_once_and_the_next_is_told_in_time():
    turns = Turns(at_once=2, waiting=1, seconds=0.01)
    with turns.take(), turns.take(), pytest.raises(Busy), turns.take():
        pass


def test_whoever_waits_gets_the_turn_that_comes_free():
    turns, got = Turns(at_once=1, waiting=1, seconds=5), []

    def wait():
        with turns.take():
            got.append("a turn")

    with turns.take():
        thread = threading.Thread(target=wait)
        thread.start()
    thread.join(5)
    assert got == ["a turn"]


def test_more_than_may_wait_are_told_at_once():
    turns = Turns(at_once=1, waiting=0, seconds=60)
    with turns.take(), pytest.raises(Busy), turns.take():
        pass


def test_a_turn_is_free_again_after_a_failure():
    turns = Turns(at_once=1, waiting=0, seconds=0)
    with pytest.raises(ValueError, match="oops"), turns.take():
        raise ValueError("oops")
    with turns.take():
        pass


@pytest.mark.django_db
def test_who_signs_in_while_others_do_is_asked_to_come_back(settings):
    settings.PASSWORD_HASHERS = ["apps.accounts.hashers.Argon2InTurns"]
    person, client = UserFactory(), Client(raise_request_exception=False)
    sent = {"login": person.email, "password": PASSWORD}
    with ExitStack() as others:
        others.enter_context(hashing.take())
        others.enter_context(hashing.take())
        answer = client.post("/accounts/login/", sent)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The service is busy" in answer.text
    person.set_password(PASSWORD)
    person.save()
    assert client.post("/accounts/login/", sent).status_code == 302
