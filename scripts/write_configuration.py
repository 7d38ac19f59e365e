#!/usr/bin/env python3
"""Write docs/operating/configuration.md from the table that the settings read: make configuration."""

from netvisor_rights.configuration import BASE_DIR, GROUPS, Variable

FILE = BASE_DIR / "docs/operating/configuration.md"
INTRODUCTION = """\
# Configuration

A server takes everything from its environment. Switches are `on` or `off`, and anything else is an error; what is set to nothing has its default. *Secret* says that a value belongs where only the server can read it. `manage.py make_secrets` prints new secrets, and `manage.py check --deploy` names what is missing.

Written by `make configuration` from `netvisor_rights/configuration.py`, the table that the settings read: change that one.
"""


def row(name: str, variable: Variable) -> str:
    """Return a variable's line."""
    default = f"`{variable.default}`" if variable.default else ""
    if variable.default is None:
        default = "required"
    secret = "*Secret.* " if variable.secret else ""
    return f"| `{name}` | {default} | {secret}{variable.meaning} |\n"


def guide() -> str:
    """Return the whole file."""
    parts = [INTRODUCTION]
    for group, variables in GROUPS.items():
        rows = "".join(row(name, variable) for name, variable in variables.items())
        parts.append(f"## {group}\n\n| variable | default | meaning |\n|---|---|---|\n{rows}")
    return "\n".join(parts)


if __name__ == "__main__":
    FILE.write_text(guide(), encoding="utf-8")
