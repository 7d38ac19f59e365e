"""What production must have, and what it must not show."""

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from netvisor_rights.configuration import VARIABLES
from scripts import write_configuration
from tests.factories import UserFactory

ROOT = Path(__file__).resolve().parent.parent


def start(tmp_path, **environment):
    """Import the settings from a copy of the project's folder that has no demo environment."""
    (tmp_path / "netvisor_rights").mkdir()
    for name in (
        "pyproject.toml",
        "netvisor_rights/settings.py",
        "netvisor_rights/configuration.py",
    ):
        (tmp_path / name).write_text((ROOT / name).read_text())
    code = "import netvisor_rights.settings as s; print(s.SESSION_COOKIE_SECURE, s.DEBUG, s.DEMO)"
    code += "; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME)"
    code += "; print(*s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    code += (
        "; print(s.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS'][0]['settings']['server_url'])"
    )
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
        "__Host-sessionid",
        "__Host-csrftoken",
        "__Host-django_language",
        "'self'",
    ]


def test_forms_go_to_the_organisations_own_provider_and_to_no_other(tmp_path):
    oidc = {"OIDC_NAME": "Example", "OIDC_CLIENT_ID": "c", "OIDC_SECRET": "s"}
    oidc["OIDC_ISSUER"] = "https://id.example/realms/one/"
    done = start(tmp_path, SECRET_KEY="x", FIELD_KEYS="y", **oidc)
    told = ["'self' https://id.example/", "https://id.example/realms/one"]
    assert done.stdout.splitlines()[-2:] == told


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("DEBUG", "ja", "DEBUG must be on or off, not 'ja'"),
        ("LOG_DAYS", "ten", "LOG_DAYS must be a whole number, not 'ten'"),
        ("TRUSTED_PROXY_COUNT", "-1", "TRUSTED_PROXY_COUNT must be a whole number, not '-1'"),
        ("OIDC_ISSUER", "https://id.example", "belong OIDC_NAME, OIDC_CLIENT_ID and OIDC_SECRET"),
    ],
)
def test_what_cannot_be_read_is_an_error(tmp_path, name, said, told):
    done = start(tmp_path, SECRET_KEY="x", FIELD_KEYS="y", **{name: said})
    assert done.returncode != 0
    assert told in done.stderr


def test_what_is_set_to_nothing_has_its_default(tmp_path):
    done = start(tmp_path, SECRET_KEY="x", FIELD_KEYS="y", HTTPS="", DEMO="", LOG_DAYS="")
    assert done.stdout.split()[:3] == ["True", "False", "False"]


def test_settings_read_every_variable_of_the_table_and_nothing_else():
    read_by = ("netvisor_rights/settings.py", "docs/operating/gunicorn.conf.py")
    text = "".join((ROOT / path).read_text() for path in read_by)
    assert set(re.findall(r'\bvalue\("(\w+)"\)', text)) == set(VARIABLES)
    readers = re.compile(r"\bos\.environ\b(?!\.setdefault)|\bgetenv\b|\bEnv\(|\benv\.")
    paths = [*(ROOT / "apps").rglob("*.py"), *(ROOT / "netvisor_rights").rglob("*.py")]
    reading = {str(path.relative_to(ROOT)) for path in paths if readers.search(path.read_text())}
    assert reading == {
        "netvisor_rights/configuration.py",
        "apps/demo/management/commands/demo.py",  # PORT, which the Makefile gives to print it
    }


def test_the_guide_is_what_the_table_says():
    assert write_configuration.FILE.read_text() == write_configuration.guide()


@pytest.mark.django_db
def test_pages_carry_a_strict_policy(sign_in):
    response = sign_in(UserFactory()).get("/companies/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in response["Permissions-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_static_files_are_collected_with_hashed_names(settings, tmp_path):
    from django.contrib.staticfiles.storage import staticfiles_storage
    from django.core.management import call_command

    settings.STATIC_ROOT = tmp_path
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
    for name in ("css/app.css", "js/app.js", "icon.svg"):
        assert staticfiles_storage.url(name) != f"/static/{name}"
    assert list(tmp_path.glob("css/app.*.css.br"))


def test_a_first_visit_is_light(tmp_path, settings):
    """Everything that the rights page loads besides itself, compressed: see the budgets."""
    import gzip

    from django.contrib.staticfiles import finders

    names = ["css/app.css", "js/app.js", "js/language.js", "django_htmx/htmx-2.min.js", "icon.svg"]
    size = sum(len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in names)
    assert size < 48 * 1024


@pytest.mark.django_db
def test_cookies_keep_to_themselves(client):
    response = client.get("/accounts/login/")
    assert response.cookies["csrftoken"]["httponly"]
    assert response.cookies["csrftoken"]["samesite"] == "Lax"


@pytest.mark.django_db
def test_big_answers_are_compressed(sign_in):
    client = sign_in(UserFactory())
    response = client.get("/companies/", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"


def test_passwords_are_hashed_with_argon2():
    from netvisor_rights import settings as ours

    assert "Argon2" in ours.PASSWORD_HASHERS[0]


def limits_of(entry):
    """Return how long a process that begins with a module lets a statement take, and wait."""
    asked = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
    program = f"""
import {entry}
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for name in {asked}:
        cursor.execute("SHOW " + name)
        print(cursor.fetchone()[0])
connection.close()
"""
    clean = {name: value for name, value in os.environ.items() if name != "PROCESS"}
    called = [sys.executable, "-c", program]
    return subprocess.run(
        called, env=clean, capture_output=True, text=True, cwd=ROOT
    ).stdout.split()


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="SQLite has no such limits")
@pytest.mark.parametrize("entry", ["netvisor_rights.wsgi", "netvisor_rights.gateway_wsgi"])
def test_what_answers_requests_waits_for_the_database_with_limits(entry):
    assert limits_of(entry) == ["5s", "1200ms", "30s"]


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="SQLite has no such limits")
def test_a_migration_gives_up_a_table_that_others_use_and_can_be_run_again():
    asked = {**os.environ, "MIGRATE_LOCK_TIMEOUT": "100"}
    migrate = [sys.executable, "manage.py", "migrate", "-v", "0", "people"]
    subprocess.run([*migrate, "0001"], cwd=ROOT, env=asked, check=True)
    with psycopg.connect(os.environ["DATABASE_URL"]) as busy:
        busy.execute("LOCK people_invitation")
        waited = subprocess.run(migrate, cwd=ROOT, env=asked, capture_output=True, text=True)
    assert "lock timeout" in waited.stderr
    subprocess.run(migrate, cwd=ROOT, env=asked, check=True)


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="SQLite has no such limits")
def test_a_command_may_take_its_time():
    assert limits_of("os") == ["0", "0", "0"]


def test_error_reports_show_nothing_of_settings_environment_and_forms(rf):
    from django.views.debug import ExceptionReporter, get_exception_reporter_filter

    request = rf.post("/somewhere/", {"password": "typed-secret"})
    request.META["SECRET_IN_META"] = "meta-secret"
    kept = get_exception_reporter_filter(request)
    assert kept.get_safe_settings() == {}
    reporter = ExceptionReporter(request, ValueError, ValueError("x"), None)
    text = reporter.get_traceback_text() + reporter.get_traceback_html()
    assert "typed-secret" not in text
    assert "meta-secret" not in text


def test_an_unreadable_value_says_so_without_showing_what_is_stored(settings):
    import traceback

    from cryptography.fernet import Fernet

    from apps.core.fields import EncryptedTextField, UnreadableValueError

    field = EncryptedTextField()
    stored = field.get_prep_value("a key")
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(UnreadableValueError) as caught:
        field.from_db_value(stored).reveal()
    assert stored not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__cause__ is None


def test_keys_rotate_newest_first(settings):
    from cryptography.fernet import Fernet

    from apps.core.fields import EncryptedTextField

    field = EncryptedTextField()
    stored = field.get_prep_value("a key")
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    assert field.from_db_value(stored).reveal() == "a key"


@pytest.mark.parametrize("keys", [[], ["garbage"]])
def test_keys_that_cannot_encrypt_are_refused_at_the_start(settings, keys):
    from apps.core.checks import field_keys

    settings.FIELD_KEYS = keys
    assert [found.id for found in field_keys()] == ["rights.E001"]


def test_production_is_warned_of_console_mail_and_a_missing_proxy(settings):
    from apps.core.checks import mail, proxy

    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.HTTPS, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 0
    assert [found.id for found in [*mail(), *proxy()]] == ["rights.W001", "rights.W002"]


def test_a_silent_mail_server_is_given_up(settings):
    assert settings.EMAIL_TIMEOUT == 10


def test_all_secrets_that_are_missing_are_named_at_once(tmp_path):
    said = start(tmp_path).stderr
    assert "SECRET_KEY, FIELD_KEYS" in said
    assert "make_secrets" in said


def test_secrets_are_made_without_settings_and_are_all_that_is_needed(tmp_path):
    for folder in ("scripts/make_secrets.py", "scripts/__init__.py", "manage.py"):
        (tmp_path / folder).parent.mkdir(exist_ok=True)
        (tmp_path / folder).write_text((ROOT / folder).read_text())
    made = subprocess.run(
        [sys.executable, "manage.py", "make_secrets"],
        cwd=tmp_path, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True,
    )  # fmt: skip
    secrets = dict(line.split("=", 1) for line in made.stdout.splitlines())
    assert set(secrets) == {"SECRET_KEY", "FIELD_KEYS", "GATEWAY_SECRETS", "METRICS_TOKEN"}
    assert start(tmp_path, **secrets).returncode == 0


def test_the_check_names_what_a_server_lacks_in_one_list_and_no_value():
    lacking = {"HTTPS": "on", "DEMO": "off", "TRUSTED_PROXY_COUNT": "0"}
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    lacking |= {"GATEWAY_TARGET": "", "SECRET_KEY": "a-secret-of-the-test" * 3}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=ROOT, env=clean | lacking, capture_output=True, text=True,
    )  # fmt: skip
    for name in ("EMAIL_URL", "DEFAULT_FROM_EMAIL", "TRUSTED_PROXY_COUNT", "DATABASE_URL"):
        assert name in done.stderr
    assert "gateway.E001" in done.stderr
    assert "a-secret-of-the-test" not in done.stdout + done.stderr
