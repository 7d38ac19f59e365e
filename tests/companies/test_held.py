"""A press while somebody else holds the company: it waits a little, and never changes half."""

import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction

from apps.companies.models import Company
from apps.resources.models import Listing
from tests.factories import MembershipFactory
from tests.rights.addresses import page_url, set_url

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one lock for all"),
]
HELD = "Someone else is changing this company's rights. Nothing was changed."


@pytest.fixture
def held(company):
    """The company, held by another transaction until it is let go."""
    take, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Company.objects.select_for_update(no_key=True).get(pk=company.pk)
            take.set()
            let_go.wait(30)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert take.wait(10)
    yield let_go
    let_go.set()
    thread.join(10)


@contextmanager
def limited(name):
    """Let the connection wait as a page's does, and shorter."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET {name} = '200ms'")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"RESET {name}")


@pytest.fixture
def impatient():
    """A connection that soon gives up waiting for a row."""
    with limited("lock_timeout"):
        yield


def test_a_press_gives_up_waiting_and_says_so(sign_in, editor, severa, held, impatient):
    client = sign_in(editor.user)
    answer = client.post(set_url(editor.company, severa), {"allow": "customer.nv"})
    assert answer.status_code == 409
    assert HELD in answer.text
    assert not Listing.objects.exists()
    held.set()


def test_a_statement_that_takes_too_long_is_given_up(sign_in, editor, severa, held):
    client = sign_in(editor.user, raise_request_exception=False)
    with limited("statement_timeout"):
        answer = client.post(set_url(editor.company, severa), {"allow": "customer.nv"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert not Listing.objects.exists()


def test_looking_never_waits(sign_in, editor, severa, held, impatient):
    assert sign_in(editor.user).get(page_url(editor.company)).status_code == 200


def test_two_wait_and_the_third_is_told_at_once(press, company, editor, severa, held):
    answers = []
    sent = [press(set_url(company, severa), answers, allow="customer.nv") for _ in range(3)]

    def run(action):
        action()
        connections.close_all()

    threads = [threading.Thread(target=run, args=[action]) for action in sent]
    for thread in threads:
        thread.start()
    last = time.monotonic() + 20
    while not answers and time.monotonic() < last:
        time.sleep(0.01)
    assert answers == [409]
    held.set()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == [302, 302, 409]


def test_other_companies_go_on(press, editor, severa, held):
    other, answers = MembershipFactory(user=editor.user, editor=True).company, []
    press(set_url(other, severa), answers, allow="customer.nv")()
    assert answers == [302]
