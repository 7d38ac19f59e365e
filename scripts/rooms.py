#!/usr/bin/env python3
"""Count the rooms that one look and one press cross, and the size of the house: make rooms.

A room is a Python file of ours: one under apps/ or netvisor_rights/. A move is when the next of
our own functions that is called stands in another room than the one called before: by whom does
not matter, so what a template calls counts; going back to the caller does not; comprehensions
and lambdas count as their file. On a throwaway SQLite with the demo world, warm, the rights page
of one integration is opened right after a change, and then one of its switches is pressed.

Modules are the rooms without __init__.py, apps.py and migrations. Lines of application code are
all lines of Python under apps/ without migrations.

Prints the walks too, each room with the function that is entered first; with --check only the
figures beside their budgets, and exits with 1 when one is missed.
"""

import io
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import django
from django.core.management import call_command
from django.test import Client

from scripts.bench import switches
from scripts.rows import Row, report

ROOT = Path(__file__).resolve().parent.parent
HOUSE = (f"{ROOT}/apps/", f"{ROOT}/netvisor_rights/")
PAGE, PRESS = "page after a change", "press"
PAGE_ROOMS, PAGE_MOVES, PRESS_ROOMS = 16, 250, 14
MODULES, LINES, LONGEST = 125, 14_500, 500


class Walk:
    """The rooms that something crossed, in order of first entry, and how often it moved."""

    def __init__(self) -> None:
        self.entered: dict[str, str] = {}
        self.moves = 0
        self._here = ""

    def follow(self, frame: FrameType, event: str, _arg: object) -> None:
        """Note a function of ours that is called; a profiler for ``sys``."""
        room = frame.f_code.co_filename
        if event == "call" and room.startswith(HOUSE):
            self.moves += self._here not in ("", room)
            self._here = room
            self.entered.setdefault(room, frame.f_code.co_qualname)

    def __str__(self) -> str:
        rooms = (
            f"  {Path(room).relative_to(ROOT)}: {function}"
            for room, function in self.entered.items()
        )
        return "\n".join([f"{len(self.entered)} rooms, {self.moves} moves", *rooms])


def walk_of(step: Callable[[], object]) -> Walk:
    """Return the walk of a step, with that of the threads it starts."""
    walk = Walk()
    threading.setprofile(walk.follow)
    sys.setprofile(walk.follow)
    try:
        step()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return walk


def page_and_press(client: Client, page: str) -> tuple[Walk, Walk]:
    """Return the walks of opening the page after a change, and of pressing a switch."""
    presses = iter(switches(client.get(page).content.decode()).items())

    def opened() -> None:
        assert client.get(page).status_code == 200

    def pressed() -> None:
        code, wish = next(presses)
        answer = client.post(f"{page}set/", {wish: code}, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.content

    for step in (pressed, opened, pressed):
        step()
    return walk_of(opened), walk_of(pressed)


def bulk() -> Walk:
    """Return the walk of a bulk change of two companies, run by its command."""
    from apps.accounts.models import User
    from apps.companies.models import Company
    from scripts.world import start_bulk

    def run() -> None:
        call_command("run_bulk", stdout=io.StringIO())

    run()  # nothing yet: its modules are imported
    office = User.objects.get(email="tpk@demo.example")
    start_bulk(office, Company.objects.filter(memberships__user=office)[:2], range(20), "allow")
    return walk_of(run)


def python_files() -> Iterator[Path]:
    """Yield the Python files of the house that people write."""
    for folder in HOUSE:
        for path in Path(folder).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path


def house() -> Iterator[Row]:
    """Yield the figures of the house."""
    lines = {path: len(path.read_text().splitlines()) for path in python_files()}
    modules = sum(path.name not in ("__init__.py", "apps.py") for path in lines)
    code = sum(size for path, size in lines.items() if path.is_relative_to(ROOT / "apps"))
    longest = max(lines, key=lines.__getitem__)
    yield at_most("modules", modules, MODULES)
    yield at_most("lines of application code", code, LINES)
    yield at_most("longest file", lines[longest], LONGEST, f" ({longest.relative_to(ROOT)})")


def at_most(name: str, found: int, budget: int, where: str = "") -> Row:
    """Return the row of a figure that must not grow beyond its budget."""
    return Row(name, f"{found:6,}, at most {budget:6,}{where}", found <= budget)


def make_walks(folder: str) -> dict[str, Walk]:
    """Set Django up on a database in a folder, make the world there, and walk."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "netvisor_rights.settings"
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/rooms.sqlite3"
    django.setup()
    from scripts.world import make_world

    world = make_world()
    page, press = page_and_press(world.client, world.page)
    return {PAGE: page, PRESS: press, "bulk change of two companies": bulk()}


def main(*, check: bool) -> int:
    """Walk, count, print; return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        walks = make_walks(folder)
    if not check:
        print(*(f"{name}: {walk}\n" for name, walk in walks.items()), sep="\n")
    page, press = walks[PAGE], walks[PRESS]
    rows = [
        at_most(f"{PAGE}, rooms", len(page.entered), PAGE_ROOMS),
        at_most(f"{PAGE}, moves", page.moves, PAGE_MOVES),
        at_most(f"{PRESS}, rooms", len(press.entered), PRESS_ROOMS),
        *house(),
    ]
    missed = report(rows)
    return missed if check else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
