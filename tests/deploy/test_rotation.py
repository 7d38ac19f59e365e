"""keys.md followed under load: nobody notices, and only the new key is left."""

import pytest

from tests.deploy.conftest import RIGHTS
from tests.deploy.people import pressing
from tests.deploy.units import variables

GUIDE = "docs/operating/keys.md"


@pytest.mark.parametrize("name", ["FIELD_KEYS", "SECRET_KEY"])
def test_nobody_notices_a_new_key(machine, people, caller, say, name):
    environment = machine.root / "etc/netvisor-rights/environment"
    before = variables(environment)[name]
    with pressing(people, RIGHTS, caller=caller) as load:
        load.on(6)
        machine.follow(GUIDE, "Replacing one", {"FIELD_KEYS": name})
        load.on(12)
    say(f"{name}: {load.pressed} switches pressed, {load.called} calls, {len(load.failed)} failed")
    assert not load.failed
    assert load.called > 20
    assert variables(environment)[name] not in (before, "")
    assert " 0 left" in machine.run("netvisor-rights rotate_keys")
