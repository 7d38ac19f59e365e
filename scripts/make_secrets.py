"""Write the environment of the demo, with secrets of its own: make_secrets.py FILE.

Settings have no default secrets. A production server gets its own from its environment and
never has this file.
"""

import os
import secrets
import sys
from pathlib import Path

from cryptography.fernet import Fernet

target = Path(sys.argv[1])
target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
lines = [
    f"SECRET_KEY={secrets.token_urlsafe(50)}",
    f"FIELD_KEYS={Fernet.generate_key().decode()}",
    "ALLOWED_HOSTS=localhost,127.0.0.1",
    "HTTPS=off",
    "DEMO=on",
]
descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
with open(descriptor, "w", encoding="utf-8") as file:
    file.write("\n".join(lines) + "\n")
