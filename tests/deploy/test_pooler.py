"""pooler.md followed: people, the interface and the worker go through PgBouncer, and none fails."""

import pytest

from tests.deploy.conftest import KAISA, RIGHTS, needed
from tests.deploy.people import Browser, pressing
from tests.gateways.servers import wait_for
from tests.jobs.conftest import until

SERVERS = ("netvisor-rights-gateway", "netvisor-rights-worker", "netvisor-rights-web")


@pytest.fixture
def behind_a_pooler(machine, kaisa, caller):
    """The machine with PgBouncer before its PostgreSQL; afterwards as it was."""
    needed("pgbouncer")
    changed = [
        machine.root / "etc/netvisor-rights/environment",
        machine.cluster.data / "pg_hba.conf",
    ]
    before = [path.read_bytes() for path in changed]
    machine.follow("docs/operating/pooler.md")
    wait_for(machine.ports["pooler"])
    yield
    for path, held in zip(changed, before, strict=True):
        path.write_bytes(held)
    machine.cluster.reload()
    for unit in SERVERS:
        machine.units.restart(unit)
    machine.units.stop("pgbouncer")


def test_nobody_notices_the_pooler(machine, behind_a_pooler, people, caller, say):
    mails = len(machine.postmaster.took)
    with pressing(people, RIGHTS, caller=caller) as load:
        load.on(30)
        stranger = Browser(machine)
        form = stranger.open("/accounts/password/reset/")
        stranger.send("/accounts/password/reset/", form, email=KAISA)
        until(lambda: len(machine.postmaster.took) > mails)
    say(
        f"PgBouncer: {load.pressed} switches pressed, {load.called} calls, {len(load.failed)} failed"
    )
    assert not load.failed
    assert load.called > 20
