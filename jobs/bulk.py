"""Carry out what bulk actions ask for: some runs at a time, between the other work of a worker or sweeper."""

from __future__ import annotations

import logging

from sqlalchemy.exc import DBAPIError

from dashboard.engine import bulk_items, doorbell
from dashboard.engine.bulk import QUEUE
from dashboard.engine.bulk_items import Item
from jobs import stopping

AT_A_TIME = 50  # nodes that are ready need not wait longer than for so many

logger = logging.getLogger(__name__)


def carry_on() -> int:
    """Carry out the next items, and ring for the rest; how many fell to this process."""
    items = bulk_items.waiting(AT_A_TIME)
    done = sum(_carry_out(one) for one in items if not stopping.is_asked())
    if len(items) == AT_A_TIME:
        doorbell.ring([QUEUE])
    return done


def _carry_out(one: Item) -> bool:
    """What breaks on one run is that run's refusal, and holds up no other."""
    try:
        return bulk_items.carry_out(one)
    except DBAPIError:
        raise
    except Exception as error:
        logger.exception("Bulk action %s broke on run %s.", one.bulk_id, one.run_id)
        return bulk_items.refuse(
            one, f"Something broke on our side ({type(error).__name__}). The workers' log says what."
        )
