"""Write the environment of the demo, with secrets of its own: make_secrets.py FILE.

Settings have no default secrets. A file that is there keeps its values and gets what it lacks.
A production server gets its own from its environment and never has this file.
"""

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

WANTED: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_KEYS": lambda: Fernet.generate_key().decode(),
    "ALLOWED_HOSTS": lambda: "localhost,127.0.0.1",
    "HTTPS": lambda: "off",
    "DEMO": lambda: "on",
    "GATEWAY_BASES": lambda: "https://localhost:8443",
    "GATEWAY_TARGET": lambda: "x-original-uri",
    "GATEWAY_SECRETS": lambda: secrets.token_urlsafe(32),
}
target = Path(sys.argv[1])
target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
there = target.read_text(encoding="utf-8").splitlines() if target.exists() else []
known = {line.partition("=")[0] for line in there}
lacking = [f"{name}={make()}" for name, make in WANTED.items() if name not in known]
descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode=0o600)
with open(descriptor, "w", encoding="utf-8") as file:
    file.writelines(f"{line}\n" for line in lacking)
