"""The image: built where a builder is, else its steps done in an empty folder; it serves from there."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from netvisor_rights.configuration import VARIABLES
from tests.deploy.machine import IGNORED, KEPT
from tests.deploy.units import variables
from tests.gateways.servers import PROJECT, free_port, running, send

OPERATING = PROJECT / "docs/operating"
COMPOSE = yaml.safe_load((OPERATING / "compose.yaml").read_text())["services"]


class Stage:
    """What a stage of the Dockerfile has made so far, below a folder of its own."""

    def __init__(self, root, others):
        self.root, self.others, self.folder, self.environment, self.said = (
            root,
            others,
            root,
            {},
            {},
        )
        (root / "shims").mkdir(parents=True)
        (root / "shims/python").symlink_to(Path(sys.executable).resolve())
        (root / "shims/useradd").symlink_to("/bin/true")

    def own(self, text):
        """Return a text in which paths begin with the stage's folder."""
        return re.sub(r"(?<![\w./:-])/(?=opt\b)", f"{self.root}/", text)

    def called(self):
        """Return the environment of what runs in it."""
        kept = {name: value for name, value in os.environ.items() if KEPT.match(name)}
        return kept | {"PATH": f"{self.root}/shims:{kept['PATH']}"} | self.environment

    def workdir(self, words):
        self.folder = Path(self.own(words))
        self.folder.mkdir(parents=True, exist_ok=True)

    def env(self, words):
        name, _equals, value = words.partition("=")
        self.environment[name] = self.own(value)

    def run(self, words):
        done = subprocess.run(
            ["/bin/sh", "-c", self.own(words)],
            cwd=self.folder,
            env=self.called(),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"

    def copy(self, words):
        *sources, target = words.split()
        base, here = PROJECT, self.folder / target
        if sources[0].startswith("--from="):
            base = self.others[sources.pop(0).removeprefix("--from=")].root
        for source in (base / one.lstrip("/") for one in sources):
            if source.is_dir():
                shutil.copytree(
                    source, here, ignore=IGNORED if base == PROJECT else None, symlinks=True
                )
            else:
                shutil.copy(source, here)

    def do(self, line):
        """Do what a line says; what only says how it is started is kept."""
        word, _blank, words = line.partition(" ")
        does = getattr(self, word.lower(), None)
        does(words) if does else self.said.update({word: words})


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """What the Dockerfile's last stage makes."""
    stages, made = {}, None
    for line in (OPERATING / "Dockerfile").read_text().splitlines():
        if line.startswith("FROM "):
            made = Stage(tmp_path_factory.mktemp("stage") / "root", stages)
            stages[line.split()[-1]] = made
        elif line and not line.startswith("#"):
            made.do(line)
    return made


def test_what_answers_in_a_container_is_asked_for_its_health():
    watched = [name for name, one in COMPOSE.items() if "healthcheck" not in one]
    assert watched == ["web", "gateway"]


@pytest.mark.parametrize(
    ("service", "address", "status"),
    [("web", "/readyz", 200), ("gateway", "/gateway/authorize", 403)],
)
def test_it_serves_from_an_empty_folder_and_its_health_is_told(
    image, machine, service, address, status
):
    port, compose = free_port(), COMPOSE[service]
    told = variables(machine.root / "etc/netvisor-rights/environment")
    told = {**compose["environment"], **told}  # another database than the compose file's
    options = {"cwd": image.folder, "env": told | image.called()}
    called = compose.get("command") or json.loads(image.said["CMD"])
    command = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in called]
    health = json.loads(image.said["HEALTHCHECK"].partition("CMD ")[2].replace("8000", str(port)))
    with running(command, port, image.root, **options):
        assert send(port, address, []).status == status
        assert subprocess.run(health, **options).returncode == 0
    assert subprocess.run(health, **options, stderr=subprocess.DEVNULL).returncode != 0


def test_it_is_nobody_of_importance_and_holds_no_secret(image):
    assert image.said["USER"] == "rights"
    assert (image.folder / "collected/staticfiles.json").exists()
    assert not (image.folder / "var").exists()


def test_a_builder_makes_it_where_there_is_one():
    builders = filter(shutil.which, ("docker", "podman"))
    able = [
        one for one in builders if not subprocess.run([one, "info"], capture_output=True).returncode
    ]
    if not able:
        pytest.skip("no builder is running here: the steps were done without one")
    build = [able[0], "build", "-f", OPERATING / "Dockerfile", PROJECT]
    assert subprocess.run(build).returncode == 0


def test_compose_starts_what_there_is():
    services, build = COMPOSE, COMPOSE["tables"]["build"]
    context = (OPERATING / build["context"]).resolve()
    assert (context, context / build["dockerfile"]) == (PROJECT, OPERATING / "Dockerfile")
    for one in services.values():
        words = [word for word in one.get("command", []) if "/" in word or word.endswith(".py")]
        assert all((PROJECT / word).exists() for word in words)
        for name, awaited in one.get("depends_on", {}).items():
            ends = services[name].get("restart", "no") == "no"
            assert awaited["condition"] == (
                "service_completed_successfully" if ends else "service_healthy"
            )
    assert find_spec(services["gateway"]["command"][-1])


def test_compose_names_what_there_is():
    text = (OPERATING / "compose.yaml").read_text()
    services = dict(COMPOSE)
    database = services.pop("database")
    for one in services.values():
        assert set(one["environment"]) <= set(VARIABLES)
        assert (OPERATING / one["env_file"]).exists()
    tables = (OPERATING / "make_tables.sh").read_text()
    [made] = re.findall(r"^for command in (.*); do$", tables, re.MULTILINE)
    asked = [words.split()[0] for words in shlex.split(made)] + [services["worker"]["command"][-1]]
    assert set(asked) <= set(get_commands())
    assert {volume.split(":")[0] for volume in database["volumes"]} == {
        "database",
        "./make_role.sh",
    }
    told = (OPERATING / "containers.md").read_text()
    for name in set(re.findall(r"\$\{(\w+)", text)):
        assert f'"{name}=' in told
