"""The settings of a process that answers API gateways alone.

It loads the apps whose models its two statements are about, and no pages, second factors or
sign-in: those take more memory than the answers do. Commands use ``settings``.
"""

from netvisor_rights.settings import *  # noqa: F403

INSTALLED_APPS = [
    "apps.core",
    "apps.accounts",
    "apps.audit",
    "apps.companies",
    "apps.resources",
    "apps.usage",
    "apps.identifiers",
    "apps.gateway",
    "django.contrib.auth",
    "django.contrib.contenttypes",
]
