"""What the web processes count of themselves for Prometheus: requests, refusals at the door, bytes handed in.

gunicorn.conf.py names a folder in which all processes of one server keep their counts (Prometheus' multiprocess mode);
whichever of them is asked answers for all. What lies in the database is read there instead: `dashboard.reads.figures`.
"""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client's own name for it, read when it is imported
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a gauge beside each counter, which nobody asks for
_own = CollectorRegistry()
REQUESTS = Counter(
    "papersnitch_http_requests_total", "Requests answered.", ["endpoint", "method", "status"], registry=_own
)
SECONDS = Histogram(
    "papersnitch_http_request_seconds", "From request to answer.", ["endpoint"], buckets=BOUNDS, registry=_own
)
REFUSALS = Counter("papersnitch_sign_in_refusals_total", "Refused at the door.", ["step"], registry=_own)
UPLOADED = Counter("papersnitch_upload_bytes_total", "Bytes of requests that handed in papers.", registry=_own)


def counted() -> bytes:
    """What all processes of this server have counted, as Prometheus reads it."""
    if FOLDER not in os.environ:
        return generate_latest(_own)
    everybody = CollectorRegistry()
    MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
    return generate_latest(everybody)
