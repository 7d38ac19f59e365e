"""Whoever watches the server learns the truth at once, under any name and without a trace."""

import re
import urllib.request
from time import monotonic, sleep
from urllib.error import HTTPError

import pytest

from tests.deploy.conftest import RIGHTS
from tests.deploy.people import pressing
from tests.deploy.units import variables
from tests.gateways.servers import send


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


def test_prometheus_reads_what_both_processes_counted(machine, kaisa):
    for _ in range(30):
        kaisa.open(RIGHTS)
    token = variables(machine.root / "etc/netvisor-rights/environment")["METRICS_TOKEN"]
    asked = [("Authorization", f"Bearer {token}")]
    read = [send(machine.ports["web"], "/metrics", asked).body for _ in range(4)]
    assert "interface-resources/" in read[0], read[0][:3000]
    opened = re.compile(r'seconds_count\{method="GET",route="[^"]*interface-resources/",.*\} (\d+)')
    counts = [sum(map(int, opened.findall(one))) for one in read]
    assert min(counts) >= 30
    assert len(set(counts)) == 1


def test_nobody_reads_it_through_the_proxy(machine, kaisa, proxy):
    token = variables(machine.root / "etc/netvisor-rights/environment")["METRICS_TOKEN"]
    asked = urllib.request.Request(
        f"https://localhost:{proxy}/metrics", None, {"Authorization": f"Bearer {token}"}
    )
    with pytest.raises(HTTPError, match="404"):
        kaisa.opener.open(asked, timeout=30)


def test_a_database_that_is_away_is_said_at_once_and_used_again_at_once(
    machine, people, kaisa, say
):
    machine.cluster.stop()
    gone, slowest = until(machine, 503), 0
    ends = monotonic() + 10
    while monotonic() < ends:
        status, seconds = ask(machine, "readyz")
        slowest = max(slowest, seconds)
        page, headers = kaisa.status(RIGHTS)
        assert (status, page, headers["Retry-After"]) == (503, 503, "5")
    machine.cluster.start()
    begun, back = monotonic(), until(machine, 200)
    while kaisa.status(RIGHTS)[0] != 200:
        assert monotonic() < begun + 20
    pages = monotonic() - begun
    say(f"away: {gone:.2f} s, said within {slowest:.2f} s; back: {back:.2f} s, pages {pages:.2f} s")
    assert max(gone, slowest, back) < 1
    assert pages < 2
    machine.units.revive()
    with pressing(people, RIGHTS) as load:
        load.on(10)
    assert not load.failed
