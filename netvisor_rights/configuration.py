"""Every variable that an installation may set: the one table, which docs/operating/ prints.

Defaults are those of production, in the form in which a variable is set; what is set to nothing
has its default. Raises ImproperlyConfigured for what is missing or cannot be read, so no typo
opens anything.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def text(said: str) -> str:
    """Take it as it is."""
    return said


def listed(said: str) -> list[str]:
    """Read what commas part."""
    return [part.strip() for part in said.split(",") if part.strip()]


def number(said: str) -> int:
    """Read a whole number that is not negative; raises ValueError for anything else."""
    if not said.isdecimal():
        raise ValueError(said)
    return int(said)


def flag(said: str) -> bool:
    """Read "on" or "off"."""
    return {"on": True, "off": False}[said]


@dataclass(frozen=True)
class Variable:
    """One variable; without a default nothing starts before it is set."""

    default: str | None
    meaning: str
    kind: Callable[[str], Any] = text
    secret: bool = False


GROUPS: Mapping[str, Mapping[str, Variable]] = {
    "Secrets": {
        "SECRET_KEY": Variable(
            None,
            "Signs sessions and links: newest first, with commas. Only a new one alone signs"
            " everybody out.",
            listed,
            secret=True,
        ),
        "FIELD_KEYS": Variable(
            None,
            "Fernet keys of the encrypted columns, newest first, with commas. Without them nobody"
            " can read the stored keys; see [how they are replaced](keys.md).",
            listed,
            secret=True,
        ),
    },
    "Where it is served": {
        "ALLOWED_HOSTS": Variable("", "Host names that it answers to, with commas.", listed),
        "CSRF_TRUSTED_ORIGINS": Variable(
            "", "Origins with scheme, with commas, whose forms are taken besides its own.", listed
        ),
        "TRUSTED_PROXY_COUNT": Variable(
            "0",
            "How many proxies stand before the server; limits on sign-in count by the client's"
            " address. With HTTPS it must be set, or every request is redirected to itself.",
            number,
        ),
        "HTTPS": Variable("on", "Secure cookies, redirect and HSTS.", flag),
        "SECURITY_CONTACT": Variable(
            "",
            "Where weaknesses are reported, as `/.well-known/security.txt` says:"
            " `mailto:security@example.fi` or an address of the web. Without it there is no such"
            " file.",
        ),
        "DEMO": Variable("off", "The demo world may be loaded.", flag),
        "DEBUG": Variable("off", "Django's pages about errors: never on a server.", flag),
        "STATIC_ROOT": Variable(
            "var/static",
            "The folder into which `collectstatic` puts what the proxy serves.",
        ),
        "WEB_PROCESSES": Variable("2", "Processes of each server that answer requests.", number),
        "WEB_THREADS": Variable("8", "Requests that each of them answers at a time.", number),
        "PLAIN_STATIC": Variable("off", "Static files without hashed names: for tests.", flag),
    },
    "Signing in": {
        "SECOND_FACTOR": Variable(
            "",
            "Who must sign in with a passkey or an authenticator app besides the password:"
            " `administrators` (with the role KH, TPK or company administrator anywhere, and site"
            " staff), `everybody`, or `off`: nobody must, and everybody can. Without it"
            " `administrators`; `off` with DEMO.",
        ),
        "SESSION_IDLE": Variable(
            "7200", "Seconds after which somebody who does nothing is signed out.", number
        ),
        "SESSION_LONGEST": Variable(
            "43200", "Seconds after which everybody is signed out, whatever they do.", number
        ),
        "OIDC_ISSUER": Variable(
            "",
            "The address of your organisation's own OpenID Connect provider, by which people who"
            " have an account may sign in; nobody may if it is empty. It is written exactly as"
            " `issuer` stands in the provider's metadata. It must return to"
            " `/accounts/provider/own/back/`. Who has a second factor here is not asked for it when"
            " the provider's token says that it asked for one (`amr` holds `mfa`, or `acr` says so).",
        ),
        "OIDC_CLIENT_ID": Variable("", "What it calls this product."),
        "OIDC_SECRET": Variable("", "The secret that it gave.", secret=True),
        "OIDC_NAME": Variable("", "What its button on the sign-in page is called."),
    },
    "Database": {
        "DATABASE_URL": Variable(
            "",
            "`postgresql://user:password@host/name`; a socket's folder goes into `?host=`."
            " Without it: SQLite in `var/`.",
            secret=True,
        ),
        "ALLOW_OWNER": Variable(
            "off",
            "`check --deploy` lets the server use the database as its owner: see"
            " [roles](roles.md).",
            flag,
        ),
        "DATABASE_POOL": Variable("10", "Connections of a process at most.", number),
        "DATABASE_WAIT": Variable("2", "Seconds that a request waits for one.", number),
        "POOLER": Variable(
            "",
            "`transaction` where a pooler such as PgBouncer shares connections by transaction: no"
            " prepared statements, no cursors on the server. Set the limits below for the role"
            " then, as [its page](pooler.md) says: a pooler does not hand them on.",
        ),
        "APPLICATION_NAME": Variable(
            "",
            "What PostgreSQL shows for our connections; without it `netvisor-rights-web`,"
            " `-gateway`, `-worker` or `-command`.",
        ),
        "STATEMENT_TIMEOUT": Variable(
            "5000", "Milliseconds that a request's statement may take.", number
        ),
        "LOCK_TIMEOUT": Variable(
            "1200",
            "Milliseconds that it may wait for a row. Whoever waits behind somebody who waits does so"
            " twice, and is told within three seconds.",
            number,
        ),
        "IDLE_TIMEOUT": Variable(
            "30000", "Milliseconds that a request's transaction may stand still.", number
        ),
        "WORKER_STATEMENT_TIMEOUT": Variable("60000", "The same for the worker.", number),
        "WORKER_LOCK_TIMEOUT": Variable("5000", "The same for the worker.", number),
        "WORKER_IDLE_TIMEOUT": Variable("60000", "The same for the worker.", number),
        "MIGRATE_LOCK_TIMEOUT": Variable(
            "2000", "Milliseconds that `migrate` waits for a table.", number
        ),
    },
    "Mail": {
        "EMAIL_URL": Variable(
            "consolemail://",
            "For example `smtp+tls://user:password@host:587`; without it mail goes to the console.",
            secret=True,
        ),
        "EMAIL_TIMEOUT": Variable("10", "Seconds that a mail server may be silent.", number),
        "DEFAULT_FROM_EMAIL": Variable(
            "Netvisor Rights <rights@localhost>", "Whom mails come from."
        ),
    },
    "Gateways": {
        "GATEWAY_BASES": Variable(
            "",
            "The public addresses of the interface as clients sign them, with commas:"
            " `https://rights.example`.",
            listed,
        ),
        "GATEWAY_TARGET": Variable(
            "",
            "Where the gateway says what was asked for: `x-original-uri`, `x-forwarded-uri` or"
            " `request-line`.",
        ),
        "GATEWAY_SECRETS": Variable(
            "",
            "Who may ask: secrets of at least 32 characters, newest first, with commas, sent as"
            " `X-Gateway-Secret`.",
            listed,
            secret=True,
        ),
        "GATEWAY_ADDRESSES": Variable(
            "", "Or who may ask by network address, with commas.", listed
        ),
        "GATEWAY_LAG": Variable("300", "How many seconds old a signature may be.", number),
    },
    "Watching it": {
        "LOG_DAYS": Variable("100", "Days that the log of requests is kept.", number),
        "USAGE_DAYS": Variable("800", "Days that what is counted of it is kept.", number),
        "SLOW_STATEMENT": Variable(
            "500", "A statement that takes so many milliseconds is logged.", number
        ),
        "ADMINS": Variable(
            "",
            "Addresses, with commas, that get a mail about errors: one a minute of each process"
            " at most.",
            listed,
        ),
        "METRICS_TOKEN": Variable(
            "",
            "Who may read `/metrics`: a token that Prometheus sends as bearer; nobody without it.",
            secret=True,
        ),
        "WORKER_METRICS": Variable(
            "0",
            "The port of 127.0.0.1 on which a worker tells what it counts, mails and bulk changes:"
            " another for each worker of a host; none for 0.",
            number,
        ),
        "SENTRY_DSN": Variable(
            "",
            "Where errors are sent by Sentry's protocol, without anything that a request brought;"
            " nowhere without it.",
            secret=True,
        ),
        "TRACES_URL": Variable(
            "",
            "Where traces are sent by OpenTelemetry's protocol: `http://127.0.0.1:4318/v1/traces`;"
            " nowhere without it. Needs the packages of `requirements-traces.txt`.",
            secret=True,
        ),
        "PROCESS": Variable(
            "command", "What a process is: the entries of web and worker set it themselves."
        ),
    },
}
VARIABLES = {name: one for group in GROUPS.values() for name, one in group.items()}


def value(name: str) -> Any:
    """Return what is set, or the default; raises ImproperlyConfigured for what cannot be read."""
    variable = VARIABLES[name]
    said = os.environ.get(name) or variable.default or ""
    try:
        return variable.kind(said)
    except (KeyError, ValueError):
        shown = "" if variable.secret else f", not {said!r}"
        wanted = "on or off" if variable.kind is flag else "a whole number"
    raise ImproperlyConfigured(f"{name} must be {wanted}{shown}")


def read_demo() -> None:
    """Take the demo's file for what is not set; `make run` and `make test` write it."""
    if (BASE_DIR / "var" / "env").exists():
        environ.Env.read_env(BASE_DIR / "var" / "env")


def demand() -> None:
    """Raise ImproperlyConfigured with every variable that must be set and is not."""
    must = [name for name, variable in VARIABLES.items() if variable.default is None]
    if lacking := [name for name in must if not os.environ.get(name)]:
        raise ImproperlyConfigured(
            f"Missing: {', '.join(lacking)}. New ones are printed by: manage.py make_secrets"
        )
