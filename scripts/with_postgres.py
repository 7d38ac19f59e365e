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
from collections.abc import Iterator
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


def wait_until_ready(server: "subprocess.Popen[Any]", bins: Path, folder: Path) -> None:
    """Return once the server answers; exits with its log when it does not start."""
    for _ in range(300):
        if subprocess.run([bins / "pg_isready", "-q", "-h", folder]).returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit("with_postgres: the server did not start:\n" + (folder / "log").read_text())


def in_memory() -> Path:
    """Return a folder in memory, where tables are emptied ten times as fast, if there is room."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy else DISK


@contextlib.contextmanager
def server() -> Iterator[Path]:
    """Run a server in a folder of its own; yield the folder, which holds its socket."""
    bins = programs()
    durable = "DURABLE" in os.environ
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=DISK if durable else in_memory()))
    running = None
    try:
        options = unprivileged(folder)
        data = folder / "data"
        make: list[str | Path] = [
            bins / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        make += ["--locale=C.UTF-8", "--no-sync"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, **options)
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={folder}",
            *(DURABLE if durable else FAST),
        ]
        start: list[str | Path] = [
            bins / "postgres",
            "-D",
            data,
            *(word for s in settings for word in ("-c", s)),
        ]
        with (folder / "log").open("wb") as log:
            # A session of its own: Ctrl-C is for the command, which ends first.
            running = subprocess.Popen(
                start, stdout=log, stderr=log, start_new_session=True, **options
            )
        wait_until_ready(running, bins, folder)
        yield folder
    finally:
        if running and running.poll() is None:
            running.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            running.wait(20)
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
