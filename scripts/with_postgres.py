#!/usr/bin/env python3
"""Run a command against a throwaway PostgreSQL: with_postgres.py CMD...

The server listens on a Unix socket in a folder of its own, never on a TCP port. DATABASE_URL
points the command at it; server and folder are gone afterwards, however the command ended.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

# A test server need not survive a power cut; the benchmark measures one that does.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
DURABLE = ("max_connections=60",)
DISK = Path("/tmp")  # noqa: S108
MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 4 * 1024**3


def programs() -> Path:
    """Return the folder of PostgreSQL's server programs: PG_BIN, Debian's newest, or PATH's."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name),
        reverse=True,
    )
    found = shutil.which("initdb")
    candidates = [Path(os.environ["PG_BIN"])] if "PG_BIN" in os.environ else debian
    if found:
        candidates.append(Path(found).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    sys.exit("with_postgres: no PostgreSQL server here (Debian: apt-get install postgresql)")


def unprivileged(folder: Path) -> dict[str, Any]:
    """Return how to start programs: the server refuses to run as root."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    options: dict[str, Any] = {"env": environment | {"LC_ALL": "C.UTF-8"}, "cwd": folder}
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        person = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        os.chown(folder, person.pw_uid, person.pw_gid)
        options |= {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    return options


def make_cluster(folder: Path) -> None:
    """Make an empty cluster in a folder of its own."""
    make: list[str | Path] = [programs() / "initdb", "-D", folder / "data", "-U", "postgres"]
    make += ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, **unprivileged(folder))


def start(folder: Path, settings: Sequence[str]) -> "subprocess.Popen[Any]":
    """Start the server of a folder's cluster, and return once it answers; exits with its log."""
    words = [
        "listen_addresses=",
        f"unix_socket_directories={folder}",
        *settings,
    ]
    command: list[str | Path] = [programs() / "postgres", "-D", folder / "data"]
    command += [word for setting in words for word in ("-c", setting)]
    with (folder / "log").open("ab") as log:
        # A session of its own: Ctrl-C is for the command, which ends first.
        running = subprocess.Popen(
            command, stdout=log, stderr=log, start_new_session=True, **unprivileged(folder)
        )
    wait_until_ready(running, folder)
    return running


def wait_until_ready(server: "subprocess.Popen[Any]", folder: Path) -> None:
    """Return once the server answers; exits with its log when it does not start."""
    for _ in range(2_400):  # a killed one reads its log first, slowly on a busy disk
        if subprocess.run([programs() / "pg_isready", "-q", "-h", folder]).returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit("with_postgres: the server did not start:\n" + (folder / "log").read_text())


def stop(server: "subprocess.Popen[Any]") -> None:
    """Stop a server: connections are cut, nothing is lost."""
    server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
    server.wait(20)


def in_memory() -> Path:
    """Return a folder in memory, where tables are emptied ten times as fast, if there is room."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy else DISK


@contextlib.contextmanager
def server() -> Iterator[Path]:
    """Run a server in a folder of its own; yield the folder, which holds its socket."""
    durable = "DURABLE" in os.environ
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=DISK if durable else in_memory()))
    running = None
    try:
        make_cluster(folder)
        running = start(folder, DURABLE if durable else FAST)
        yield folder
    finally:
        if running and running.poll() is None:
            stop(running)
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run the command and return its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped
    with server() as folder:
        url = f"postgresql://postgres@/postgres?host={folder}"
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
