"""A PostgreSQL of a test's own, which writes to the disk as in earnest and may be broken."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from scripts import with_postgres
from tests.gateways.servers import children


class Cluster:
    """A server that keeps what it has committed, whatever happens to it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir=with_postgres.DISK))
        self.process, self.log, self.data = None, self.folder / "log", self.folder / "data"
        self.user = with_postgres.unprivileged(self.folder).get("user", os.geteuid())
        with_postgres.make_cluster(self.folder)
        self.start()

    def start(self):
        self.process = with_postgres.start(self.folder, with_postgres.DURABLE)

    def stop(self):
        """Stop it as an operator does."""
        with_postgres.stop(self.process)

    def restart(self):
        self.stop()
        self.start()

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def kill(self):
        """Kill every process of it in the middle of whatever it does."""
        pid = self.process.pid
        os.kill(pid, signal.SIGSTOP)  # so that it starts no other meanwhile
        for one in [*children(pid), pid]:
            with suppress(ProcessLookupError):  # it may end by itself
                os.kill(one, signal.SIGKILL)
        self.process.wait(20)

    def remove(self):
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder)

    def copy(self, source, name):
        """Return a database with everything that another has, whose address is given."""
        made = Database(self, name)
        Database(self, "postgres").run(f"CREATE DATABASE {name}")
        programs = with_postgres.programs()
        dump = subprocess.run([programs / "pg_dump", source], check=True, capture_output=True)
        subprocess.run(
            [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", made.url],
            input=dump.stdout,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return made


class Database:
    """One database of a cluster, asked over connections of its own."""

    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name
        self.url = f"postgresql://postgres@/{name}?host={quote(str(cluster.folder), safe='')}"

    def run(self, statement):
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement)

    def rows(self, statement):
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement).fetchall()

    def logged(self):
        """Return what the log says of each transaction: the check that it failed, or nothing."""
        return dict(self.rows("SELECT transaction_id, failed FROM usage_apirequest"))

    def dump(self, *tables):
        """Return everything that some tables and their parts hold, as text."""
        words = [f"--table={table}*" for table in tables]
        program = with_postgres.programs() / "pg_dump"
        return subprocess.run(
            [program, "--data-only", *words, self.url], check=True, capture_output=True
        ).stdout


@contextmanager
def stopped(database):
    """The server is stopped."""
    database.cluster.stop()
    yield
    database.cluster.start()


@contextmanager
def killed(database):
    """The server is killed, and comes back by what it has on the disk."""
    database.cluster.kill()
    yield
    database.cluster.start()


@contextmanager
def cut(database):
    """Every connection is cut, over and over."""
    for _ in range(20):
        database.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    yield


@contextmanager
def too_slow(database):
    """Statements take longer than they may: somebody holds the log."""
    with psycopg.connect(database.url) as holder:
        holder.execute("LOCK TABLE usage_apirequest IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def without_a_part(database):
    """The log has no part for the day."""
    [(part, bounds)] = database.rows(
        "SELECT relname, pg_get_expr(relpartbound, oid) FROM pg_class"
        " WHERE relname = 'usage_apirequest_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')"
    )
    database.run(f"ALTER TABLE usage_apirequest DETACH PARTITION {part}")
    yield
    database.run(f"ALTER TABLE usage_apirequest ATTACH PARTITION {part} {bounds}")


def writing(does):
    """Return a fault in which every row that is written to the log meets a trigger."""

    @contextmanager
    def fault(database):
        database.run(
            "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {does}; RETURN NEW; END $$"
        )
        database.run(
            "CREATE TRIGGER meddle BEFORE INSERT ON usage_apirequest"
            " FOR EACH ROW EXECUTE FUNCTION meddle()"
        )
        yield
        database.run("DROP FUNCTION meddle CASCADE")

    return fault


FULL = "RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'"
FAULTS = {
    "stopped": stopped,
    "killed": killed,
    "cut": cut,
    "too slow": too_slow,
    "without a part": without_a_part,
    "full": writing(FULL),
    "warned": writing("RAISE WARNING 'the disk is nearly full'"),
    "swallowed": writing("RETURN NULL"),
}
