"""Whatever breaks, nothing passes that may not, and the service is back when its parts are."""

import os
import time
from pathlib import Path

import pytest

from tests.gateways.databases import FAULTS
from tests.gateways.senders import ALLOWED, AWAY, BLOCKED, answers_to, asking, under_load
from tests.gateways.servers import PROJECT, free_port, program, running, send

pytestmark = [pytest.mark.gateways, pytest.mark.django_db(transaction=True)]
BACK = 5
"""Within so many seconds of the database."""
REFUSED = {"cut": None, "swallowed": 401}
"""What is answered during a fault where it is not 503; connections that are cut are made anew."""
LONG = {"stopped": 12}
"""For how many seconds: whoever waits longer after each failure would come back late."""
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


def no_false_yes(load, own):
    """What passed was allowed, and is written down as passed; nothing else has passed."""
    logged = own.logged()
    for one in load.asked:
        if one.status == 204:
            assert (one.target, logged[one.transaction]) == (ALLOWED, "")
        if one.target == ALLOWED:
            assert one.status != 403


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_database_lets_nothing_pass(own, endpoints, fault, say):
    refused = REFUSED.get(fault, 503)
    with under_load(endpoints(STATEMENT_TIMEOUT="500").port) as load:
        load.until(204)
        with FAULTS[fault](own):
            begun = time.monotonic()
            if refused:
                load.until(refused, times=4)
            time.sleep(LONG.get(fault, 0))
            ended = time.monotonic()
        back = load.until(204)
        load.until(403)
    say(f"{fault}: ten requests have passed {back:.2f} s after it, of {len(load.asked):,}")
    assert back < BACK
    during = {one.status for one in load.asked if begun < one.begun and one.ended < ended}
    assert during <= {refused, 503} or not refused
    assert {one.status for one in load.asked} <= {204, 403, 503, refused or 503}
    no_false_yes(load, own)


def test_a_killed_endpoint_lets_nothing_pass_that_is_not_written_down(own, endpoints):
    endpoint = endpoints()
    with under_load(endpoint.port) as load:
        for _ in range(3):
            load.until(204, times=50)
            endpoint.kill()
            load.until(AWAY)
            endpoint.start()
            assert load.until(204) < BACK
    assert {one.status for one in load.asked} <= {204, 403, AWAY}
    no_false_yes(load, own)


@pytest.fixture
def library():
    """What tells a process another time than the machine has."""
    if not FAKETIME and not os.environ.get("CI"):
        pytest.skip("libfaketime is not installed: make test-gateways says how to get it")
    return FAKETIME[0]


def test_a_clock_that_is_set_back_lets_nothing_pass_twice(endpoints, library):
    endpoint, passed = endpoints(LD_PRELOAD=str(library)), []
    for seconds, timely in ((0, True), (-200, True), (-4_000, False), (0, True)):
        endpoint.environment["FAKETIME"] = f"{seconds:+}"
        with endpoint.away():
            fresh = asking(ALLOWED)
        expected = [204, 403] if timely else [401, 401]
        assert answers_to(endpoint.port, [fresh, asking(BLOCKED)]) == expected
        passed += [fresh] * timely
        assert answers_to(endpoint.port, passed) == [401] * len(passed)


def test_a_wrong_setting_refuses_everything_and_the_pages_work(own, tmp_path):
    port = free_port()
    command = [program("gunicorn"), "netvisor_rights.wsgi", "--bind", f"127.0.0.1:{port}"]
    wrong = {**os.environ, "DATABASE_URL": own.url, "GATEWAY_TARGET": "elsewhere"}
    with running([*command, "--no-control-socket"], port, tmp_path, env=wrong, cwd=PROJECT):
        assert answers_to(port, [asking(ALLOWED)]) == [503]
        assert send(port, "/healthz", []).status == 200
