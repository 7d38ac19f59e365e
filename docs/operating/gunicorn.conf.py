"""How gunicorn serves: gunicorn -c docs/operating/gunicorn.conf.py MODULE.

The pages tell of their answers themselves; those to API gateways are told here, in the same form
and without what was asked for.
"""

import os
import tempfile
from pathlib import Path

from gunicorn.glogging import Logger

from netvisor_rights.configuration import value

process = os.environ.setdefault("PROCESS", "web")
settings = "gateway_settings" if process == "gateway" else "settings"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"netvisor_rights.{settings}")
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="rights-metrics-"))

chdir = str(Path(__file__).resolve().parents[2])
bind = "127.0.0.1:8000"  # systemd's socket goes before it
workers = value("WEB_PROCESSES")
threads = value("WEB_THREADS")
worker_class = "gthread"
header_map = "refuse"
limit_request_line = 8190
keepalive = 75
graceful_timeout = 30
control_socket_disable = True


def child_exit(server, worker):
    """Forget what an ended process showed of itself."""
    from prometheus_client import multiprocess  # looks for the folder as it is imported

    multiprocess.mark_process_dead(worker.pid)


class Lines(Logger):
    """Tells of the answers that nobody else tells of."""

    def access(self, resp, req, environ, request_time):
        if environ["PATH_INFO"].startswith("/gateway/"):
            seconds = round(request_time.total_seconds(), 4)
            self.access_log.info(f"{req.method} {resp.status} {seconds}")


logger_class = Lines
logconfig_dict = {
    "root": {"handlers": ["console"], "level": "INFO"},
    "formatters": {"line": {"()": "apps.core.logs.lines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        name: {"level": "INFO", "propagate": True} for name in ("gunicorn.error", "gunicorn.access")
    },
}
