"""Processes are replaced while people press switches, and nobody notices."""

from tests.deploy.conftest import RIGHTS
from tests.deploy.people import pressing

SERVERS = ["netvisor-rights-web", "netvisor-rights-gateway"]
ASKED = [
    *(("restart", unit) for unit in [*SERVERS, "netvisor-rights-worker"]),
    *(("reload", unit) for unit in [*SERVERS, "nginx"]),
]


def test_nobody_is_turned_away(machine, people, say):
    with pressing(people, RIGHTS) as load:
        for action, unit in ASKED:
            load.on(6)
            machine.units.systemctl(action, unit)
            load.on(12)
            assert not load.failed, (action, unit)
    say(f"{len(ASKED)} restarts: {load.pressed} switches pressed, {len(load.failed)} failed")
    assert not load.failed
