"""The settings of the benchmark's server: our own, with one more address."""

from netvisor_rights.settings import *  # noqa: F403

ROOT_URLCONF = "scripts.bench_urls"
