"""Settings of every installation; what differs comes from the environment.

The table of its variables is netvisor_rights/configuration.py. Secrets have no default: without
them nothing starts.
"""

import logging
import tomllib
from datetime import timedelta
from urllib.parse import urljoin

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from netvisor_rights.configuration import BASE_DIR, demand, read_demo, value

read_demo()
demand()
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
SECRET_KEY, *SECRET_KEY_FALLBACKS = value("SECRET_KEY")
FIELD_KEYS = value("FIELD_KEYS")
"""Fernet keys of the encrypted columns, newest first."""
DEMO = value("DEMO")
DEBUG = value("DEBUG")
HTTPS = value("HTTPS")
ALLOWED_HOSTS = value("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = value("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "apps.core",
    "django_tasks",
    "django_tasks_db",
    "apps.jobs",
    "apps.accounts",
    "apps.audit",
    "apps.companies",
    "apps.security",
    "apps.resources",
    "apps.usage",
    "apps.identifiers",
    "apps.gateway",
    "apps.replay",
    "apps.rights",
    "apps.people",
    "apps.recovery",
    "apps.founding",
    "apps.reopening",
    "apps.history",
    "apps.clients",
    "apps.bulk",
    "apps.calls",
    "apps.receipts",
    "apps.home",
    "apps.demo",
    "django.contrib.admin",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "lucide",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "apps.core.http.WatchedMiddleware",
    "apps.core.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "apps.core.http.FewPermissionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.TimeOutMiddleware",
    "apps.accounts.middleware.UserLocaleMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.accounts.middleware.PrivateByDefaultMiddleware",
    "apps.security.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "netvisor_rights.urls"
WSGI_APPLICATION = "netvisor_rights.wsgi.application"
CACHED_LOADER = (
    "django.template.loaders.cached.Loader",
    ["apps.core.templates.TightLoader", "django.template.loaders.app_directories.Loader"],
)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [CACHED_LOADER])],
            "builtins": ["apps.core.templatetags.icons", "apps.core.templatetags.requests"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "netvisor_rights.menu.menu",
            ],
        },
    }
]
FORM_RENDERER = "apps.core.forms.FieldRenderer"

PROCESS = value("PROCESS")
"""What this process is; the entries of server and worker say so."""
PATIENCE = {
    "web": {
        "statement_timeout": value("STATEMENT_TIMEOUT"),
        "lock_timeout": value("LOCK_TIMEOUT"),
        "idle_in_transaction_session_timeout": value("IDLE_TIMEOUT"),
    },
    "worker": {
        "statement_timeout": value("WORKER_STATEMENT_TIMEOUT"),
        "lock_timeout": value("WORKER_LOCK_TIMEOUT"),
        "idle_in_transaction_session_timeout": value("WORKER_IDLE_TIMEOUT"),
    },
    # Whoever waits behind a migration that waits for a table would wait as long.
    "migrate": {"lock_timeout": value("MIGRATE_LOCK_TIMEOUT")},
}
PATIENCE["gateway"] = PATIENCE["web"]
"""For how many milliseconds PostgreSQL lets it hold or wait for something; others may."""

POOLER = value("POOLER")
"""How a pooler before PostgreSQL shares connections: "transaction", or nothing where none does."""
if POOLER not in ("", "transaction"):
    raise ImproperlyConfigured(f"POOLER must be transaction or empty, not {POOLER!r}")

DATABASES = {
    "default": environ.Env.db_url_config(
        value("DATABASE_URL") or f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}"
    )
}
ALLOW_OWNER = value("ALLOW_OWNER")
"""Whether the check lets the server serve as the database's owner, who may change everything."""
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A named test database: one in memory would test neither its locks nor its log.
    DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "var" / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        ),
    }
else:
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options["pool"] = {
        "min_size": 1,
        "max_size": value("DATABASE_POOL"),
        # Gateways wait three seconds for an answer, so nobody waits longer for a connection.
        "timeout": value("DATABASE_WAIT"),
        # After an outage connections are there at once: left alone, the pool waits twice as long
        # after each failure.
        "reconnect_timeout": 1,
    }
    options["application_name"] = value("APPLICATION_NAME") or f"netvisor-rights-{PROCESS}"
    # What one company has lies scattered over the tables: looking it up is cheaper than reading
    # them whole, and translating a plan into machine code takes longer than it saves.
    asked = {"random_page_cost": 1.1, "jit": "off"} | PATIENCE.get(PROCESS, {})
    if not POOLER:
        options["options"] = " ".join(f"-c {name}={value}" for name, value in asked.items())
    # A statement that a connection asks for the fifth time is planned and parsed no more.
    options["server_side_binding"] = True
    options["prepare_threshold"] = None if POOLER else 5
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = bool(POOLER)
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps the connections
    # Those of a database that was restarted since are found dead before a request gets them.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        # Shared by all workers, because the limits on sign-in count in it.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["apps.security.backends.PersonBackend"]
PASSWORD_HASHERS = [
    "apps.accounts.hashers.Argon2InTurns",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {
        "NAME": "apps.accounts.validators.LengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "apps.accounts.validators.StrengthValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = True
SESSION_IDLE = value("SESSION_IDLE")
"""After how many seconds in which nothing was done a session ends."""
SESSION_COOKIE_AGE = value("SESSION_LONGEST")
"""After how many seconds it ends in any case."""
MESSAGE_STORAGE = "apps.core.messages.OfThisSession"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "apps.accounts.forms.LoginForm",
    "change_password": "apps.accounts.forms.ChangePasswordForm",
    "reauthenticate": "apps.accounts.forms.ReauthenticateForm",
}
ACCOUNT_RATE_LIMITS = {
    "login_failed": None,  # apps.accounts.adapter counts these
    "find_custom_integration": "10/5m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = value("TRUSTED_PROXY_COUNT")
OIDC_ISSUER, OIDC_NAME = value("OIDC_ISSUER"), value("OIDC_NAME")
OIDC = {"client_id": value("OIDC_CLIENT_ID"), "secret": value("OIDC_SECRET")}
if OIDC_ISSUER and not all([OIDC_NAME, *OIDC.values()]):
    raise ImproperlyConfigured("With OIDC_ISSUER belong OIDC_NAME, OIDC_CLIENT_ID and OIDC_SECRET")
if HTTPS and OIDC_ISSUER and not OIDC_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("OIDC_ISSUER must begin with https://")
SOCIALACCOUNT_ADAPTER = "apps.accounts.provider.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        # Its token must say when somebody gave the password there (OpenID Connect Core 3.1.2.1).
        "AUTH_PARAMS": {"max_age": SESSION_COOKIE_AGE},
        "APPS": [
            {
                "provider_id": "own",
                "name": OIDC_NAME,
                **OIDC,
                # Without the last slash, which its name may end with (OpenID Connect Discovery 4.1).
                "settings": {"server_url": OIDC_ISSUER.rstrip("/"), "fetch_userinfo": False},
            }
        ],
    }
}
MFA_ADAPTER = "apps.accounts.factors.FactorsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_FORMS = {
    "activate_totp": "apps.accounts.forms.ActivateForm",
    "add_webauthn": "apps.accounts.forms.AddPasskeyForm",
    "authenticate": "apps.accounts.forms.CodeForm",
    "reauthenticate": "apps.accounts.forms.CodeAgainForm",
}
MFA_TOTP_ISSUER = "Netvisor Rights"
MFA_TOTP_TOLERANCE = 1  # a code that was typed as the next one began still counts
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey alone signs in, so it asks for its owner
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TRUST_ENABLED = True
MFA_TRUST_COOKIE_AGE = timedelta(days=30)
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # a whole office may sign in behind one
SECOND_FACTOR = value("SECOND_FACTOR") or ("off" if DEMO else "administrators")
"""Who must have one; the README's people sign in by password alone."""
if SECOND_FACTOR not in ("off", "administrators", "everybody"):
    raise ImproperlyConfigured(
        f"SECOND_FACTOR must be off, administrators or everybody, not {SECOND_FACTOR!r}"
    )
MFA_REAUTHENTICATION_REQUIRED = False  # apps.accounts.reauthentication asks, and for a factor

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
SCHEDULES = {
    "apps.accounts.tasks.forget_sessions": timedelta(days=1),
    "apps.bulk.tasks.forget_drafts": timedelta(days=1),
    "apps.bulk.tasks.go_on_with_forsaken": timedelta(minutes=1),
    "apps.calls.tasks.tell_of_refusals": timedelta(hours=1),
    "apps.identifiers.tasks.remind": timedelta(hours=1),
    "apps.jobs.tasks.forget": timedelta(days=1),
    "apps.recovery.tasks.take_away": timedelta(minutes=5),
    "apps.security.tasks.forget": timedelta(days=1),
    "apps.usage.tasks.roll_up_usage": timedelta(minutes=10),
}
"""Which tasks workers begin by the clock, and how often."""

EMAIL_CONFIG = environ.Env.email_url_config(value("EMAIL_URL"))
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = value("EMAIL_TIMEOUT")
"""For how many seconds a mail server may be silent."""
DEFAULT_FROM_EMAIL = value("DEFAULT_FROM_EMAIL")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fi", "Suomi"), ("sv", "Svenska")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["netvisor_rights.formats"]
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / value("STATIC_ROOT")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ROOT = BASE_DIR / "static" / "root"
"""What browsers ask for below / unasked: icons, the manifest, robots.txt."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or value("PLAIN_STATIC")
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "connect-src": [SELF],
        # Browsers hold a form to where its answer leads too: to the organisation's provider.
        "form-action": [SELF, *([urljoin(OIDC_ISSUER, "/")] if OIDC_ISSUER else [])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
CSRF_FAILURE_VIEW = "apps.core.views.csrf_failure"
HOST = "__Host-" if HTTPS else ""
"""Begins the names of cookies that no other host can set, which browsers take over HTTPS alone."""
SESSION_COOKIE_NAME = f"{HOST}sessionid"
CSRF_COOKIE_NAME = f"{HOST}csrftoken"
LANGUAGE_COOKIE_NAME = f"{HOST}django_language"
MFA_TRUST_COOKIE_NAME = f"{HOST}remembered"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURITY_CONTACT = value("SECURITY_CONTACT")
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_HANDLERS = ["apps.core.http.NoFiles"]

GATEWAY = {
    "bases": value("GATEWAY_BASES"),
    "target": value("GATEWAY_TARGET"),
    "secrets": value("GATEWAY_SECRETS"),
    "addresses": value("GATEWAY_ADDRESSES"),
    "lag": value("GATEWAY_LAG"),
}
"""How API gateways ask; checked at start, and wrong or missing values refuse every request."""

LOG_DAYS = value("LOG_DAYS")
"""How long the log of the interface's requests is kept."""
USAGE_DAYS = value("USAGE_DAYS")
"""How long the counts that are made of it are kept."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "apps.core.logs.lines"}},
    "filters": {"no_routine": {"()": "apps.core.reports.NoRoutine"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_routine"],
        },
        "nothing": {"class": "logging.NullHandler"},
        "mail": {"class": "apps.core.logs.ErrorMail", "formatter": "line", "level": "ERROR"},
    },
    "root": {"handlers": ["console", "mail"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        # The middleware tells of every answer; Django would name the address, secrets and all.
        # Without any handler Python would print it.
        "django.request": {"handlers": ["nothing"], "propagate": False},
        "django.security.csrf": {"handlers": ["nothing"], "propagate": False},
    },
}
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = bool(ALLAUTH_TRUSTED_PROXY_COUNT)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""  # the middleware that finds the person names them
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
ADMINS = [("", address) for address in value("ADMINS")]
"""Who gets a mail about errors."""
SLOW_STATEMENT = value("SLOW_STATEMENT")
"""A statement that takes so many milliseconds is logged."""
METRICS_TOKEN = value("METRICS_TOKEN")
WORKER_METRICS = value("WORKER_METRICS")
SENTRY_DSN = value("SENTRY_DSN")
"""Where errors are sent by Sentry's protocol; nowhere if empty."""
TRACES_URL = value("TRACES_URL")
DEFAULT_EXCEPTION_REPORTER_FILTER = "apps.core.reports.NoSettingsFilter"
