#!/usr/bin/env python3
"""Write static/icons.svg, which templates/core/_icon.html points into: make icons."""

import os
import sys
from pathlib import Path

import django
from django.template.loader import render_to_string

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Draw the icons."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netvisor_rights.settings")
    django.setup()
    (ROOT / "static" / "icons.svg").write_text(render_to_string("core/icons.svg"))


if __name__ == "__main__":
    main()
