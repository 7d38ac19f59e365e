"""The lines of installing.md make a server on which a real company's administrator works."""

import json
import os
import subprocess
from time import sleep

from playwright.sync_api import expect

from tests.deploy.conftest import KAISA, RIGHTS, needed
from tests.deploy.people import CONFIRM, PASSWORD, Browser
from tests.gateways.servers import send


def test_the_first_person_signs_in_by_a_passkey_and_presses_a_switch(first):
    page, _codes = first
    page.context.clear_cookies()  # whoever went back to a moment has signed her out before
    page.goto(f"/accounts/login/?next={RIGHTS}")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"**{RIGHTS}")
    switch = page.get_by_role("switch", name="Get customer list")
    was = switch.get_attribute("aria-checked")
    switch.click()
    other = {"true": "false", "false": "true"}[was]
    expect(switch).to_have_attribute("aria-checked", other)
    page.reload()
    expect(switch).to_have_attribute("aria-checked", other)
    switch.click()
    expect(switch).to_have_attribute("aria-checked", was)


def test_her_password_alone_opens_nothing(machine, first):
    stranger = Browser(machine)
    page = stranger.open("/accounts/login/")
    stranger.send("/accounts/login/", page, login=KAISA, password=PASSWORD)
    assert stranger.at.startswith(CONFIRM)
    stranger.open(RIGHTS)
    assert stranger.at.startswith("/accounts/")


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
