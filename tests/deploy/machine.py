"""A machine in an empty folder: its root, its PostgreSQL, and whoever takes its mails."""

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.deploy.units import Units
from tests.gateways.databases import Cluster
from tests.gateways.servers import PROJECT, free_port
from tests.jobs.conftest import well

GUIDE = "docs/operating/installing.md"
FOLDERS = (
    "etc/systemd/system etc/nginx/conf.d etc/postgresql/15/main/conf.d var/backups var/lib"
    " etc/pgbouncer var/log/nginx usr/local/bin run opt shims"
)
STAND_INS = {
    "apt-get": "",
    "adduser": "",
    "runuser": '[ "$2" = postgres ] && as="POSTGRES"; shift 3; exec ${as:-} "$@"',
    "install": '[ "$3" = rights ] && set -- "$1" "${@:4}"; exec /usr/bin/install "$@"',
    "nginx": 'exec /usr/sbin/nginx -p ROOT/etc/nginx -c ROOT/etc/nginx/nginx.conf "$@"',
    "pgbouncer": "exec POSTGRES /usr/sbin/pgbouncer ROOT/etc/pgbouncer/pgbouncer.ini"
    " >>ROOT/var/log/pgbouncer.log 2>&1",
}
"""What would change the machine of the tests, or look at its root in place of ours."""
DEBIAN = Path("/etc/nginx")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
UNIT = "[Service]\nWorkingDirectory=ROOT\nExecStart=ROOT/shims/{}\n"
IGNORED = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
KEPT = re.compile(r"(PATH|HOME|LANG|TMPDIR|PIP_\w+|SSL_\w+|REQUESTS_\w+|\w+_(proxy|PROXY))$")
PORTS = {"443": "https", "80": "http", "8000": "web", "8001": "gateway", "6432": "pooler"}


class Machine:
    """Where the guide's lines are run; its paths begin with a folder, its ports are free ones."""

    def __init__(self):
        self.stack = ExitStack()
        self.root = Path(tempfile.mkdtemp(prefix="deploy-"))
        self.root.chmod(0o755)  # nginx's own user reads it
        self.stack.callback(shutil.rmtree, self.root, ignore_errors=True)
        self.cluster = Cluster()
        self.stack.callback(self.cluster.remove)
        self.ports = {name: free_port() for name in (*PORTS.values(), "mail")}
        self.postmaster = self.stack.enter_context(well(self.ports["mail"]))
        self.furnish()
        kept = {name: value for name, value in os.environ.items() if KEPT.match(name)}
        ours = f"{self.root}/shims:{self.root}/usr/local/bin"
        self.environment = kept | {"PATH": f"{ours}:{kept['PATH']}"}
        self.log, self.folder = self.root / "var/log/journal", self.root / "release"
        others = {"postgresql": self.cluster}
        self.units = Units(self.root / "etc/systemd/system", self.environment, self.log, others)
        self.stack.callback(self.units.stop_all)

    def furnish(self):
        """Make the folders that Debian has, the release, and what stands in for programs."""
        for name in FOLDERS.split():
            (self.root / name).mkdir(parents=True)
        shutil.copytree(PROJECT, self.root / "release", ignore=IGNORED)
        for path in (self.root / "release/docs/operating").rglob("*"):
            if path.is_file():
                path.write_text(self.own(path.read_text()))
        for name, does in STAND_INS.items():
            self.write(f"shims/{name}", f"#!/bin/bash\n{does}\n").chmod(0o755)
        with (self.cluster.data / "postgresql.conf").open("a") as settings:
            settings.write(f"include_dir = '{self.root}/etc/postgresql/15/main/conf.d'\n")
        self.furnish_nginx()
        for name in ("nginx", "pgbouncer"):
            self.write(f"etc/systemd/system/{name}.service", UNIT.format(name))

    def furnish_nginx(self):
        """Configure nginx as Debian does; it writes below our root, and does not leave us."""
        shutil.copy(DEBIAN / "mime.types", self.root / "etc/nginx")
        whole = self.own((DEBIAN / "nginx.conf").read_text())
        whole = re.sub(r"^(user |include .*modules-enabled).*;", "", whole, flags=re.MULTILINE)
        whole = whole.replace("/run/nginx.pid", f"{self.root}/run/nginx.pid")
        folders = " ".join(f"{name}_temp_path ROOT/run/{name};" for name in TEMPORARY)
        whole = re.sub(r"^http \{", f"http {{ {folders}", whole, flags=re.MULTILINE)
        user = "user root;" if os.geteuid() == 0 else ""
        self.write("etc/nginx/nginx.conf", f"daemon off; {user}\n{whole}")

    def write(self, name, text):
        """Write a file below the root, which it may name."""
        path = self.root / name
        become = "" if os.geteuid() else f"setpriv --reuid {self.cluster.user} --clear-groups"
        path.write_text(text.replace("ROOT", str(self.root)).replace("POSTGRES", become))
        return path

    def own(self, text):
        """Return a text of the documentation with our root, ports and names in it."""
        text = text.replace("/run/postgresql", str(self.cluster.folder))
        text = text.replace("/var/lib/postgresql/15/main", str(self.cluster.data))
        text = text.replace(
            "/etc/postgresql/15/main/pg_hba.conf", f"{self.cluster.data}/pg_hba.conf"
        )
        text = text.replace("-o postgres", f"-o {self.cluster.user}")
        text = re.sub(
            r"(?<![\w./-])/(etc|opt|var/(?:l\w+|backups)|usr/local)\b", rf"{self.root}/\1", text
        )
        mails = f"smtp://127.0.0.1:{self.ports['mail']}"
        text = text.replace("smtp+tls://user:password@mail.example.fi:587", mails)
        for told, name in PORTS.items():
            before = r"(listen |listen_port = |127\.0\.0\.1:|\.fi:)"
            text = re.sub(rf"{before}{told}\b", rf"\g<1>{self.ports[name]}", text)
        text = text.replace("Host $host;", f"Host $host:{self.ports['https']};")
        return text.replace("rights.example.fi", "localhost")

    def follow(self, guide, heading="", told=()):
        """Run a guide's lines as they stand, or those below a heading with words for what it told."""
        text = (self.root / "release" / guide).read_text()
        text = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0] if heading else text
        for example, meant in dict(told).items():
            assert example in text
            text = text.replace(example, meant)
        for block in re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            for lines in re.split(r"^(systemctl .*)\n", block, flags=re.MULTILINE):
                if lines.startswith("systemctl "):
                    asked = [word.removesuffix(".service") for word in lines.split()[1:]]
                    self.units.systemctl(*asked)
                elif lines:
                    self.run(lines)

    def run(self, script, **environment):
        """Run lines as an operator does, where the ones before left off; return what they say."""
        asked = {"PGHOST": str(self.cluster.folder), "PGUSER": "postgres"} | environment
        done = subprocess.run(
            ["/bin/bash", "-eu", "-c", f"{script}\npwd >{self.root}/run/folder"],
            cwd=self.folder,
            env=self.environment | asked,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        self.folder = Path((self.root / "run/folder").read_text().strip())
        return done.stdout + done.stderr

    @property
    def certificate(self):
        return self.root / "etc/netvisor-rights/certificate.pem"
