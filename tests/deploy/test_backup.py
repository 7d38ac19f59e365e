"""backup.md followed: what there was at a moment comes back, and nothing of what came after it."""

import re
from datetime import UTC, datetime

import psycopg
import pytest

from tests.deploy.conftest import KAISA, RIGHTS
from tests.gateways.databases import Database
from tests.jobs.conftest import until

GUIDE = "docs/operating/backup.md"
TABLES = "companies_ resources_ identifiers_ people_ accounts_ audit_ security_ usage_apirequest"
OF_THE_DUMP = re.compile(rb"^(\\(un)?restrict |SELECT pg_catalog.setval).*$", re.MULTILINE)
"""What differs between two dumps of the same rows: a word against tampering, numbers not yet used."""

LOST = """
INSERT INTO recovery_reset (user_id, company_id, asked_by_id, asked_at)
SELECT u.id, c.id, u.id, now() FROM accounts_user u, companies_company c LIMIT 1
"""
"""A request to reset somebody's second factor."""


@pytest.fixture(scope="module")
def rights(machine):
    """The database, as its superuser asks it."""
    return Database(machine.cluster, "rights")


def rows(rights):
    """Return what people wrote, as text."""
    return OF_THE_DUMP.sub(b"", rights.dump(*TABLES.split()))


@pytest.fixture(scope="module", autouse=True)
def held(machine, first, people, caller, rights):
    """What the database held at a moment to which it is brought back, and who signs in anew."""
    kaisa = people[0]
    machine.follow(GUIDE, "Where they go")
    # PostgreSQL was started anew: each process has connections that are cut.
    until(lambda: {kaisa.status(RIGHTS)[0] for _ in range(10)} == {200})
    caller.wait()
    kaisa.press(RIGHTS, "customer.nv")
    rights.run(LOST)
    held, moment = rows(rights), datetime.now(UTC).isoformat(" ")
    kaisa.press(RIGHTS, "customer.nv")
    assert caller.ask() == 204
    assert rows(rights) != held
    [made] = (machine.root / "var/backups/netvisor-rights").glob("base-*")
    told = {"base-20261129T021500Z": made.name, "2026-11-29 10:15:00+00": moment}
    machine.follow(GUIDE, "Going back", told)
    found = rows(rights)
    kaisa.open(RIGHTS)
    assert kaisa.at.startswith("/accounts/login/")  # her session ended, as everybody's
    for one in people:
        one.sign_in(KAISA, first[1])
    return held, found


def test_it_is_exactly_what_there_was(held):
    before, found = held
    assert found == before


def test_keys_open_and_the_service_answers(kaisa, caller):
    kaisa.press(RIGHTS, "customer.nv")
    assert caller.ask() == 204
    assert caller.ask("/salesinvoicelist.nv") == 403


def test_no_factor_is_lost_by_what_may_have_been_cancelled(rights):
    assert rights.rows("SELECT count(*), count(ended_at) FROM recovery_reset") == [(1, 1)]


def test_nobody_changes_the_audit(machine, rights):
    change = "UPDATE audit_auditevent SET actor = ''"
    with pytest.raises(psycopg.Error, match="append-only"):
        rights.run(change)
    who_serves = f"postgresql://rights@/rights?host={machine.cluster.folder}"
    for statement in (change, "CREATE TABLE mine (id int)"):
        with (
            psycopg.connect(who_serves) as serving,
            pytest.raises(psycopg.Error, match="permission"),
        ):
            serving.execute(statement)
