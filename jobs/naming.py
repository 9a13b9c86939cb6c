"""The name of the worker that this process is, or works for."""

from __future__ import annotations

import os
import socket

VARIABLE = "PAPERSNITCH_WORKER_NAME"


def worker_name() -> str:
    """`host:pid` of the worker, in which it reports and its horses claim."""
    return os.environ.get(VARIABLE) or f"{socket.gethostname()}:{os.getpid()}"
