"""One request passes once: sent by many at once, after a restart, after PostgreSQL was killed."""

import pytest

from tests.gateways.databases import killed
from tests.gateways.senders import ALLOWED, all_at_once, answers_to, asking, under_load

pytestmark = [pytest.mark.gateways, pytest.mark.django_db(transaction=True)]
ROUNDS, TIMES = 20, 50


def test_of_fifty_at_once_to_two_processes_one_passes(own, endpoints):
    ports = [endpoints().port, endpoints().port]
    for _ in range(ROUNDS):
        answers = all_at_once(ports, asking(ALLOWED), TIMES)
        assert sorted(answers) == [204, *[401] * (TIMES - 1)]
    assert list(own.logged().values()) == [""] * ROUNDS


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_what_has_passed_does_not_pass_after_a_restart(endpoints, end):
    endpoint, questions = endpoints(), [asking(ALLOWED) for _ in range(20)]
    assert answers_to(endpoint.port, questions) == [204] * 20
    getattr(endpoint, end)()
    endpoint.start()
    assert answers_to(endpoint.port, questions) == [401] * 20


def test_what_has_passed_does_not_pass_after_the_database_was_killed(own, endpoints):
    endpoint = endpoints()
    with under_load(endpoint.port) as load:
        for _ in range(3):
            load.until(204, times=200)
            with killed(own):
                pass
        load.until(204)
    passed = [one.question for one in load.yes()]
    assert len(passed) > 600
    assert answers_to(endpoint.port, passed) == [401] * len(passed)
