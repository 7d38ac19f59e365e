"""What production must have, and what it must not show."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import UserFactory

ROOT = Path(__file__).resolve().parent.parent


def start(tmp_path, **environment):
    """Import the settings from a copy of the project's folder that has no demo environment."""
    (tmp_path / "netvisor_rights").mkdir()
    text = (ROOT / "netvisor_rights" / "settings.py").read_text()
    (tmp_path / "netvisor_rights" / "settings.py").write_text(text)
    code = "import netvisor_rights.settings as s; print(s.SESSION_COOKIE_SECURE, s.DEBUG, s.DEMO)"
    clean = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=clean, capture_output=True, text=True
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "FIELD_KEYS"])
def test_nothing_starts_without_its_secrets(tmp_path, missing):
    secrets = {"SECRET_KEY": "x", "FIELD_KEYS": "y"}
    del secrets[missing]
    done = start(tmp_path, **secrets)
    assert done.returncode != 0
    assert missing in done.stderr


def test_the_defaults_are_those_of_production(tmp_path):
    assert start(tmp_path, SECRET_KEY="x", FIELD_KEYS="y").stdout.split() == [
        "True",
        "False",
        "False",
    ]


def test_a_misspelt_boolean_is_an_error(tmp_path):
    assert start(tmp_path, SECRET_KEY="x", FIELD_KEYS="y", DEBUG="ja").returncode != 0


@pytest.mark.django_db
def test_pages_carry_a_strict_policy(sign_in):
    response = sign_in(UserFactory()).get("/companies/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_static_files_are_collected_with_hashed_names(settings, tmp_path):
    from django.contrib.staticfiles.storage import staticfiles_storage
    from django.core.management import call_command

    settings.STATIC_ROOT = tmp_path
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    call_command("collectstatic", interactive=False, verbosity=0)
    for name in ("css/app.css", "js/app.js", "icon.svg"):
        assert staticfiles_storage.url(name) != f"/static/{name}"
    assert list(tmp_path.glob("css/app.*.css.br"))


def test_a_first_visit_is_light(tmp_path, settings):
    """Everything that the rights page loads besides itself, compressed: see the budgets."""
    import gzip

    from django.contrib.staticfiles import finders

    names = ["css/app.css", "js/app.js", "django_htmx/htmx-2.min.js", "icon.svg"]
    size = sum(len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in names)
    assert size < 48 * 1024
