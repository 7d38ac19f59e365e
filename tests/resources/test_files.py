"""A mistake in a catalogue file is reported with file, line and column."""

import shutil

import pytest

from apps.resources import files
from apps.resources.files import CatalogueError, read


@pytest.fixture
def folder(tmp_path):
    """A copy of the real files, to spoil."""
    for name in files.COLUMNS:
        shutil.copy(files.FOLDER / name, tmp_path)
    return tmp_path


def spoil(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder):
    with pytest.raises(CatalogueError) as caught:
        read(folder)
    return [(problem.file, problem.line, problem.column) for problem in caught.value.problems]


def test_the_real_files_are_sound():
    content = read()
    assert len(content.sections) == 8
    assert len(content.groups) == 20
    assert len(content.resources) == 119
    assert len(content.integrations) == 27
    assert sum(row.cells["per_transaction"] for row in content.resources) == 3
    assert sum(row.cells["available"] == "needed" for row in content.integrations) == 5
    assert sum(row.cells["built_in"] for row in content.integrations) == 7


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "column"),
    [
        ("resources.csv", "0,customerlist.nv", "256,customerlist.nv", 2, "position"),
        ("resources.csv", "0,customerlist.nv", "x,customerlist.nv", 2, "position"),
        ("resources.csv", "1,getcustomer.nv", "0,getcustomer.nv", 3, "position"),
        ("resources.csv", "1,getcustomer.nv", "1,customerlist.nv", 3, "code"),
        ("resources.csv", "0,customerlist.nv,customer-data", "0,customerlist.nv,nowhere", 2, "group"),
        ("resources.csv", "customer-data,GET", "customer-data,PUT", 2, "method"),
        ("resources.csv", "GET,export", "GET,sideways", 2, "direction"),
        ("resources.csv", "export,false", "export,maybe", 2, "per_transaction"),
        ("resources.csv", "false,,personal", "false,X,personal", 2, "owner_role"),
        ("resources.csv", "false,,personal,", "false,,,", 2, "sensitivity"),
        ("resources.csv", "false,,personal,", "false,,secret,", 2, "sensitivity"),
        ("resources.csv", "customers can be private persons", "", 2, "sensitive_because"),
        ("resources.csv", "private persons,https://", "private persons,http://", 2, "doc_url"),
        ("resources.csv", "Asiakaslistan nouto", "", 2, "name_fi"),
        ("resources.csv", "Get customer list", "Get  customer list", 2, "name_en"),
        ("resources.csv", "0,customerlist.nv,", "0,", 2, "purpose_sv"),
        ("resources.csv", "position,code", "place,code", 1, "position"),
        ("groups.csv", "customer-data,sales", "customer-data,nowhere", 2, "section"),
        ("integrations.csv", "customerlist.nv customer.nv", "nothing.nv customer.nv", 2, "needed"),
        ("integrations.csv", "needed,customerlist", "some,customerlist", 2, "available"),
        ("integrations.csv", "needed,workday.nv,", "needed,,", 4, "needed"),
        ("resources.csv", "Get customer list", "Get customer list" * 10, 2, "name_en"),
        ("resources.csv", "Get customer list", "Get customer\u2028list", 2, "name_en"),
        ("resources.csv", "Get customer list", '"Get customer\nlist"', 2, "name_en"),
        ("sections.csv", "sales,Sales", "the sales,Sales", 2, "code"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(folder, name, old, new, line, column):
    spoil(folder, name, old, new)
    assert (name, line, column) in problems(folder)


def test_every_mistake_is_named_at_once(folder):
    spoil(folder, "resources.csv", "0,customerlist.nv", "-1,customerlist.nv")
    spoil(folder, "integrations.csv", "documented,true", "documented,yes")
    assert {name for name, _line, _column in problems(folder)} == {
        "resources.csv",
        "integrations.csv",
    }


def test_a_byte_order_mark_does_no_harm(folder):
    path = folder / "sections.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read(folder).sections) == 8


def test_a_missing_file_is_named(folder):
    (folder / "groups.csv").unlink()
    assert ("groups.csv", 1, "code") in problems(folder)


def test_a_file_in_another_encoding_is_named_with_its_line(folder):
    path = folder / "sections.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    assert problems(folder)[0] == ("sections.csv", 2, "code")


def test_an_unclosed_quote_is_named(folder):
    with (folder / "sections.csv").open("a") as file:
        file.write('more,"M\n')
    assert problems(folder)[0][0] == "sections.csv"
