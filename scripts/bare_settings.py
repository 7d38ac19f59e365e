"""The settings of the processes that the gateway is measured with: our own, and one bare view."""

from netvisor_rights.settings import *  # noqa: F403

ROOT_URLCONF = "scripts.bare_urls"
