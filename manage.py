#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line

from scripts import make_secrets

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netvisor_rights.settings")
    if sys.argv[1:2] in (["worker"], ["migrate"]):
        os.environ.setdefault("PROCESS", sys.argv[1])
    if "make_secrets" in sys.argv[1:2]:  # before the settings, which need them
        sys.exit(sys.stdout.writelines(f"{line}\n" for line in make_secrets.lines()))
    execute_from_command_line(sys.argv)
