"""Whoever watches the server learns the truth at once, under any name and without a trace."""

import re
import urllib.request
from time import monotonic, sleep
from urllib.error import HTTPError

from tests.deploy.conftest import KAISA, RIGHTS
from tests.deploy.people import pressing


def ask(machine, name, process="web"):
    """Ask a process from beside it, under no name of its own; return status and seconds."""
    address = f"http://127.0.0.1:{machine.ports[process]}/{name}"
    begun = monotonic()
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            status = answer.status
    except HTTPError as refusal:
        status = refusal.code
    return status, monotonic() - begun


def until(machine, status):
    """Return how many seconds pass until readiness is so."""
    begun = monotonic()
    while ask(machine, "readyz")[0] != status:
        assert monotonic() < begun + 20
        sleep(0.05)
    return monotonic() - begun


def test_it_is_asked_under_any_name_and_leaves_no_line(machine):
    assert [ask(machine, name)[0] for name in ("healthz", "readyz")] == [200, 200]
    assert not re.search("healthz|readyz", machine.log.read_text())


def test_a_database_that_is_away_is_said_at_once_and_used_again_at_once(machine, kaisa, say):
    machine.cluster.stop()
    gone = until(machine, 503)
    ends, slowest = monotonic() + 10, 0
    while monotonic() < ends:
        status, seconds = ask(machine, "readyz")
        assert status == 503
        assert ask(machine, "healthz")[0] == 200
        slowest = max(slowest, seconds)
        status, headers = kaisa.status(RIGHTS)
        assert (status, headers["Retry-After"]) == (503, "5")
    machine.cluster.start()
    back = until(machine, 200)
    begun = monotonic()
    while kaisa.status(RIGHTS)[0] != 200:
        assert monotonic() < begun + 20
    page = monotonic() - begun + back
    say(
        f"database away: said after {gone:.2f} s, slowest {slowest:.2f} s, ready after {back:.2f} s, pages after {page:.2f} s"
    )
    assert max(gone, slowest, back) < 1
    assert page < 2
    with pressing(machine, KAISA, RIGHTS) as load:
        load.on(10)
    assert not load.failed
