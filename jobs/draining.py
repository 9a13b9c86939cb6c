"""Whether an operator has asked this worker to take no more nodes, looked up once a second at most."""

from __future__ import annotations

import logging
import time

from sqlalchemy.exc import SQLAlchemyError

from dashboard.engine import draining
from jobs.naming import worker_name

LOOK_SECONDS = 1.0

logger = logging.getLogger(__name__)


class _Known:
    is_asked = False
    looked_at = float("-inf")


_known = _Known()


def is_asked() -> bool:
    """What the database said last; it counts on while the database cannot be asked."""
    if time.monotonic() - _known.looked_at > LOOK_SECONDS:
        _known.looked_at = time.monotonic()
        try:
            _known.is_asked = draining.is_asked_of(worker_name())
        except SQLAlchemyError as error:
            logger.warning("Could not see whether to drain: %s", error)
    return _known.is_asked
