"""Write the environment of the demo, with secrets of its own: make_secrets.py FILE.

Settings have no default secrets. A file that is there keeps its values and gets what it lacks.
A production server gets its own, which ``manage.py make_secrets`` prints, and never has this file.
"""

import os
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.fernet import Fernet

SECRETS: Mapping[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_KEYS": lambda: Fernet.generate_key().decode(),
    "GATEWAY_SECRETS": lambda: secrets.token_urlsafe(32),
    "METRICS_TOKEN": lambda: secrets.token_urlsafe(32),
}
DEMO: Mapping[str, Callable[[], str]] = {
    **SECRETS,
    "ALLOWED_HOSTS": lambda: "localhost,127.0.0.1",
    "HTTPS": lambda: "off",
    "DEMO": lambda: "on",
    "GATEWAY_BASES": lambda: "https://localhost:8443",
    "GATEWAY_TARGET": lambda: "x-original-uri",
}


def lines(wanted: Mapping[str, Callable[[], str]] = SECRETS) -> list[str]:
    """Return new values, as lines of an environment file."""
    return [f"{name}={make()}" for name, make in wanted.items()]


def write(target: Path) -> None:
    """Write what the demo needs and the file lacks."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = target.read_text(encoding="utf-8").splitlines() if target.exists() else []
    known = {line.partition("=")[0] for line in there}
    lacking = {name: make for name, make in DEMO.items() if name not in known}
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode=0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines(lacking))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
