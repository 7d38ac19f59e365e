"""The lines of installing.md make a server on which a real company's administrator works."""

import json

from tests.deploy.conftest import KAISA, RIGHTS
from tests.deploy.people import Browser
from tests.gateways.servers import send


def test_the_first_person_presses_a_switch(machine, kaisa):
    page = kaisa.send(f"{RIGHTS}set/", kaisa.open(RIGHTS), allow="customer.nv")
    assert "Undo" in page


def test_she_signs_in_again(machine, kaisa):
    browser = Browser(machine).sign_in(KAISA)
    assert "Bakery Oy" in browser.open("/companies/1234567-1/")


def test_every_line_of_the_log_is_json(machine, kaisa):
    assert send(machine.ports["gateway"], "/gateway/authorize", []).status == 403
    lines = [json.loads(line) for line in machine.log.read_text().splitlines()]
    assert {line["process"] for line in lines} >= {"web", "gateway", "worker"}
    assert [line for line in lines if line["event"].startswith("GET 403 ")]
