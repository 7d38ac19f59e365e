"""Every decision of rights.rules about sets, exhaustively."""

from itertools import product

import pytest

from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet
from apps.rights.rules import Scope, Share, Wish, granted, reach, share

BOOLEANS = (True, False)
SUBSETS = [ResourceSet(p for p in range(3) if bits >> p & 1) for bits in range(8)]


@pytest.mark.parametrize("total", range(5))
def test_share_of_every_count(total):
    shares = [share(allowed, total) for allowed in range(total + 1)]
    assert shares[0] is Share.NOTHING
    assert all(part is Share.SOME for part in shares[1:-1])
    assert total == 0 or shares[-1] is Share.ALL


@pytest.mark.parametrize("allow", BOOLEANS)
def test_a_granted_set_changes_only_what_it_is_about(allow):
    for allowed, within, usable in product(SUBSETS, repeat=3):
        wish = Wish(allow=allow, scope=Scope.RESOURCES, resources=within)
        result = granted(wish, allowed=allowed, within=within, usable=usable)
        changed = set(result) ^ set(allowed)
        assert changed <= set(within)
        assert set(result) - set(allowed) <= set(usable)
        if allow:
            assert set(within) & set(usable) <= set(result)
        else:
            assert not set(result) & set(within)


def test_each_scope_reaches_its_own_set():
    own, needed, general = ResourceSet([0]), ResourceSet([1]), ResourceSet([2])
    wishes = [Wish(allow=True, scope=scope, resources=own) for scope in Scope]
    assert [reach(wish, needed=needed, general=general) for wish in wishes] == [
        own,
        needed,
        EVERYTHING - needed,
        general,
    ]
    beyond = Wish(allow=False, scope=Scope.BEYOND)
    assert reach(beyond, needed=NOTHING, general=general) == NOTHING
    assert Wish(allow=True, scope=Scope.NEEDED).resources == NOTHING
