"""ResourceSet behaves as Python's own frozenset, and its stored form is fixed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.resources.rules import ResourceSet

sets = st.frozensets(st.integers(0, 255))


@given(sets, sets)
def test_operations_are_those_of_frozenset(left, right):
    mine, other = ResourceSet(left), ResourceSet(right)
    assert frozenset(mine | other) == left | right
    assert frozenset(mine & other) == left & right
    assert frozenset(mine - other) == left - right
    assert (mine == other) is (left == right)
    assert (mine <= other) is (left <= right)
    assert (hash(mine) == hash(other)) or left != right


@given(sets, st.integers(-1, 300))
def test_membership_length_order_and_truth(positions, position):
    mine = ResourceSet(positions)
    assert (position in mine) is (position in positions)
    assert len(mine) == len(positions)
    assert list(mine) == sorted(positions)
    assert bool(mine) is bool(positions)


@given(sets)
def test_stored_form_is_32_bytes_lowest_bit_first(positions):
    stored = bytes(ResourceSet(positions))
    assert stored == sum(1 << position for position in positions).to_bytes(32, "little")
    assert ResourceSet.from_bytes(stored) == ResourceSet(positions)


@given(sets, st.sampled_from([bytes, memoryview]))
def test_a_column_is_read_as_any_database_answers_it(positions, kind):
    stored = bytes(ResourceSet(positions))
    assert ResourceSet.from_column(kind(stored)) == ResourceSet(positions)


def test_nothing_stored_is_the_empty_set():
    assert ResourceSet.from_column(None) == ResourceSet()


@pytest.mark.parametrize("position", [-1, 256])
def test_a_position_outside_is_an_error(position):
    with pytest.raises(ValueError, match="no such position"):
        ResourceSet([position])


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_damaged_stored_form_is_an_error(length):
    with pytest.raises(ValueError, match="32 bytes"):
        ResourceSet.from_column(bytes(length))


def test_it_does_not_change():
    with pytest.raises(AttributeError):
        ResourceSet([1])._bits = 2
    assert ResourceSet([1]) != {1}
    assert repr(ResourceSet([2, 1])) == "ResourceSet([1, 2])"
