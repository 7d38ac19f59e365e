"""Processes are replaced while people press switches, and nobody notices."""

import pytest

from tests.deploy.conftest import KAISA, RIGHTS
from tests.deploy.people import pressing

PROCESSES = [f"netvisor-rights-{name}" for name in ("web", "gateway", "worker")]


@pytest.mark.parametrize(
    ("action", "unit"),
    [*(("restart", unit) for unit in PROCESSES), *(("reload", unit) for unit in PROCESSES[:2])],
)
def test_nobody_is_turned_away(machine, kaisa, action, unit, say):
    with pressing(machine, KAISA, RIGHTS) as load:
        load.on(10)
        machine.units.systemctl(action, unit)
        load.on(30)
    say(f"{action} {unit}: {load.pressed} switches pressed, {len(load.failed)} failed")
    assert not load.failed


def test_nginx_reads_its_site_again(machine, kaisa):
    with pressing(machine, KAISA, RIGHTS) as load:
        load.on(10)
        machine.run("nginx -s reload")
        load.on(30)
    assert not load.failed
