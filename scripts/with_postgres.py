#!/usr/bin/env python3
"""Run a command against a throwaway PostgreSQL: with_postgres.py CMD...

Starts a private server on a Unix socket (no TCP port), sets DATABASE_URL for the
command, stops the server and deletes its files afterwards. Standard library only.
"""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path


def bindir() -> Path:
    found = [os.environ["PG_BIN"]] if "PG_BIN" in os.environ else []
    found += sorted(
        glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[4]), reverse=True
    )
    which = shutil.which("initdb")
    found += [os.path.dirname(os.path.realpath(which))] if which else []
    for d in found:
        if Path(d, "initdb").exists() and Path(d, "postgres").exists():
            return Path(d)
    sys.exit(
        "with_postgres: no PostgreSQL server programs found (Debian: apt-get install postgresql)"
    )


def main(cmd: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` runs
    bins = bindir()
    drop = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        try:
            who = pwd.getpwnam("postgres")
        except KeyError:
            who = pwd.getpwnam("nobody")
        drop = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    base = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: a socket path holds 107 bytes
    data = base / "data"
    if drop:
        os.chown(base, drop["user"], drop["group"])
    env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    env.update(LC_ALL="C.UTF-8", HOME=str(base))
    server = None
    try:
        subprocess.run(
            [
                bins / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            env=env,
            cwd=base,
            **drop,
        )
        log = (base / "server.log").open("wb")
        opts = {
            "listen_addresses": "",
            "unix_socket_directories": str(base),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "60",
        }
        args = [bins / "postgres", "-D", data]
        for k, v in opts.items():
            args += ["-c", f"{k}={v}"]
        server = subprocess.Popen(
            args, stdout=log, stderr=log, env=env, cwd=base, start_new_session=True, **drop
        )
        for _ in range(300):
            if subprocess.run([bins / "pg_isready", "-q", "-h", base], env=env).returncode == 0:
                break
            if server.poll() is not None:
                sys.exit(
                    "with_postgres: the server did not start:\n" + (base / "server.log").read_text()
                )
            signal.sigtimedwait([], 0.05)
        host = urllib.parse.quote(str(base), safe="/")
        run_env = dict(
            os.environ,
            DATABASE_URL=f"postgresql://postgres@/postgres?host={host}",
            PG_THROWAWAY=str(base),
        )
        return subprocess.run(cmd, env=run_env).returncode
    finally:
        if server and server.poll() is None:
            server.send_signal(signal.SIGINT)  # fast shutdown
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
