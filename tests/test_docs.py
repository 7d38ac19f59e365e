"""The reader's guide names what there is: files, functions, and the apps in their order."""

import ast
import re
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs/architecture.md"
DOCS = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
WALKS = ["A page is opened", "A switch is pressed", "A bulk change runs"]
FOLDERS = "apps|docs|locale|netvisor_rights|scripts|static|templates|tests"
NAMED_FILE = re.compile(rf"(?<![\w/.-])(?:{FOLDERS})/(?:[\w/.-]*[\w/])?")
ASVS = ROOT / "docs/security/asvs.md"
NAMED_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
NAMED_FUNCTION = re.compile(r"`([\w/]+\.py)` `([\w.]+)`")


def section(text, heading):
    """Return what stands below a heading, up to the next of the same rank."""
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


@cache
def names_in(path):
    """Return the functions, classes and methods of a file, a method as ``Class.method``."""
    found = set()
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = [one.name for one in node.body if isinstance(one, ast.FunctionDef)]
            found |= {f"{node.name}.{name}" for name in methods}
    return found


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.stem)
def test_every_file_that_is_named_exists(doc):
    text = doc.read_text()
    missing = {name for name in NAMED_FILE.findall(text) if not (ROOT / name).exists()}
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    missing |= {link for link in links if not (doc.parent / link).exists()}
    assert not missing


@pytest.mark.parametrize("walk", WALKS)
def test_every_room_of_a_walk_exists(walk):
    told = section(GUIDE.read_text(), walk)
    rooms = NAMED_FUNCTION.findall(told)
    assert len(rooms) >= 10
    assert not [room for room in rooms if room[1] not in names_in(room[0])]
    for step in re.findall(r"^\d+\. (.*)", told, re.MULTILINE):
        assert re.match(r"`[\w/]+\.(py` `[\w.]+|py|html)`: ", step), step


def test_the_guide_lists_the_apps_in_the_order_of_their_imports():
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    order = [layer.removeprefix("apps.") for layer in layers["contracts"][0]["layers"]]
    told = section(GUIDE.read_text(), "The apps")
    assert re.findall(r"^(\w+)  ", told.split("```")[1], re.MULTILINE) == order
    readme = section((ROOT / "README.md").read_text(), "How it is laid out")
    assert [*re.findall(r"^apps/(\w+)/ ", readme, re.MULTILINE)][::-1] == order[1:]


def test_every_decision_that_is_cited_exists():
    decisions = {path.name[:3] for path in ROOT.glob("docs/decisions/*.md")}
    for folder in ("apps", "netvisor_rights", "scripts", "templates", "tests"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in (".py", ".html", ".txt"):
                cited = set(re.findall(r"docs/decisions/(\d{3})", path.read_text()))
                assert cited <= decisions, path


def test_every_test_that_shows_security_exists():
    named = NAMED_TEST.findall(ASVS.read_text())
    assert len(named) > 90
    assert not [(path, name) for path, name in named if name not in names_in(f"tests/{path}")]


def test_every_requirement_of_security_is_answered_by_something():
    rows = re.findall(
        r"^\| (\d[^|]*)\|[^|]+\| ([^|]+) \| ([^|]+) \|$", ASVS.read_text(), re.MULTILINE
    )
    assert {answer for _numbers, answer, _shown in rows} == {
        "met",
        "in part",
        "not met",
        "operator",
    }
    numbers = [number for row in rows for number in row[0].strip().split(", ")]
    assert len(numbers) == len(set(numbers)) > 140


def test_whatever_an_operator_can_be_told_is_explained():
    said = re.compile(r'(?:logger\.\w+\(\s*"|, id=")([^"]+)"')
    told = (ROOT / "docs/operating/troubleshooting.md").read_text()
    code = [path.read_text() for path in (ROOT / "apps").rglob("*.py")]
    found = {re.sub("%s", "…", one) for text in code for one in said.findall(text)}
    assert len(found) > 15
    assert not [one for one in found if one not in told]


def test_hooks_run_what_ci_runs():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    entries = re.findall(r"entry: (.+)", hooks)
    assert entries
    assert all(f"\n{entry}" in (ROOT / ".ci/run").read_text() for entry in entries)
    assert "http" not in hooks


def test_the_version_of_the_project_has_its_changes():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"\n## {version}" in (ROOT / "docs/CHANGELOG.md").read_text()


def test_help_names_what_can_be_made():
    told = subprocess.run(
        [shutil.which("make"), "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    assert {line.split(":")[0] for line in told.stdout.splitlines()} == set(targets.split())
