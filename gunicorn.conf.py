"""How gunicorn serves the pages: requests are short (pages poll, they do not stream), so threads do."""

import os
import shutil
import tempfile
from typing import Any

from dashboard import logging_setup, storage
from dashboard.config import from_environment

settings = from_environment()
counts = tempfile.mkdtemp(prefix="papersnitch-counts-")  # of all processes together; see dashboard/metrics.py
os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
worker_class = "gthread"
threads = 16
graceful_timeout = 5
logconfig_dict = logging_setup.configuration(settings.watching)
control_socket_disable = True


def on_starting(_server: Any) -> None:
    """A bucket that is not there, or a wrong key, ends the server before it serves."""
    storage.demand(settings)


def on_exit(_server: Any) -> None:
    """The counts end with the server; Prometheus knows what a counter means that begins anew."""
    shutil.rmtree(counts, ignore_errors=True)
