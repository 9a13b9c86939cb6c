"""What is told of a claim to those who watch: its ids on each log line, and a span in the trace of its run."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from dashboard import logging_setup, telemetry
from dashboard.engine.claims import Claim

logger = logging.getLogger(__name__)


@contextmanager
def claimed(claim: Claim) -> Iterator[None]:
    """From the claim to its outcome."""
    facts = {"node_id": claim.node_id, "attempt": claim.attempt, "worker": claim.worker, "queue": claim.queue}
    with about(claim), telemetry.attempt(claim.run_id, f"attempt {claim.node_id}", **facts):
        logger.info("%s begins", claim.handler)
        yield
        logger.info("%s has ended", claim.handler)


@contextmanager
def about(claim: Claim) -> Iterator[None]:
    """Every log line of this thread is about the claim."""
    with logging_setup.about(run_id=claim.run_id, node_id=claim.node_id, attempt=claim.attempt):
        yield
