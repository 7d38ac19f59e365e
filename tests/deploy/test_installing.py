"""The lines of installing.md make a server on which a real company's administrator works."""

import json
import os
import subprocess
from time import sleep

from tests.deploy.conftest import KAISA, RIGHTS, needed
from tests.deploy.people import Browser
from tests.gateways.servers import send


def test_the_first_person_presses_a_switch(machine, kaisa):
    kaisa.press(RIGHTS, "customer.nv")


def test_she_signs_in_again(machine, kaisa):
    browser = Browser(machine).sign_in(KAISA)
    assert "Bakery Oy" in browser.open("/companies/1234567-1/")


def test_every_line_of_the_log_is_json(machine, kaisa):
    assert kaisa.status("/nothing/secret-token/")[0] == 404
    assert send(machine.ports["gateway"], "/gateway/authorize", []).status == 403
    for _ in range(50):  # the answer comes before its line
        if "GET 403 " in machine.log.read_text():
            break
        sleep(0.1)
    lines = [json.loads(line) for line in machine.log.read_text().splitlines()]
    assert {line["process"] for line in lines} >= {"web", "gateway", "worker"}
    assert [line for line in lines if line["event"].startswith("GET 403 ")]
    assert "secret-token" not in str(lines)


def test_systemd_takes_the_units_and_they_may_do_little(machine):
    units = [str(path) for path in sorted(machine.units.folder.glob("netvisor-rights-*.*"))]
    units = [unit for unit in units if not unit.endswith(".d")]
    told = {**os.environ, "SYSTEMD_UNIT_PATH": f"{machine.units.folder}:"}
    judge = [needed("systemd-analyze"), "verify", "--man=no", *units]
    assert not subprocess.run(judge, env=told, capture_output=True, text=True).stderr
    served = [unit for unit in units if unit.endswith(".service")]
    weigh = [judge[0], "security", "--offline=yes", "--threshold=20", *served]
    done = subprocess.run(weigh, env=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_caddy_takes_its_site(machine):
    site = machine.root / "release/docs/operating/Caddyfile"
    judge = [needed("caddy"), "validate", "--adapter", "caddyfile", "--config", str(site)]
    done = subprocess.run(judge, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
