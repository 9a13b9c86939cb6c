"""Telling people: what was written down is spread, and letters and calls are sent, beside the sweeper's own work.

Whoever dies in the middle leaves a delivery waiting: it is tried again two minutes later, under the same name.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from dashboard.config import Settings
from dashboard.engine import awaiting, deliveries, spreading, standstill, webhooks
from dashboard.engine.deliveries import Taken, Try
from dashboard.engine.members import membership, user
from dashboard.engine.transactions import forget_what_was_read, reading
from dashboard.extensions import db
from dashboard.models import Team
from dashboard.reads import notices as reads
from dashboard.reads.notices import TeamTold
from jobs import calling, letters

LOOK_SECONDS = 60.0  # between two looks for runs that stand still
AT_ONCE = 8
DUE_AT_ONCE, DUE_EACH = 200, 4
PATIENCE_SECONDS = 5.0

logger = logging.getLogger(__name__)


@contextmanager
def told_beside(app: Flask) -> Iterator[None]:
    """Tell what there is to tell, in a thread of its own: the sweeper must not wait for a mail server."""
    over = threading.Event()
    teller = threading.Thread(target=_tell_until, args=(app, over), name="notices", daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join(PATIENCE_SECONDS)


def turn(app: Flask) -> int:
    """Tell of batches that are done, spread what is new, send what is due; how many deliveries were tried."""
    settings: Settings = app.extensions["settings"]
    awaiting.tell_what_is_done()
    while spreading.spread(settings.letter_seconds, settings.mail_server is not None) == spreading.AT_ONCE:
        pass
    due = deliveries.due(DUE_AT_ONCE, DUE_EACH)
    if not due:
        return 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="deliveries") as pool:
        return sum(pool.map(lambda key: _deliver(app, key), due))


def _tell_until(app: Flask, over: threading.Event) -> None:
    settings: Settings = app.extensions["settings"]
    looked = float("-inf")
    with app.app_context():
        while not over.wait(settings.sweep_seconds):
            try:
                if time.monotonic() - looked > LOOK_SECONDS:
                    standstill.tell_of_the_stuck(settings.stuck_seconds)
                    looked = time.monotonic()
                turn(app)
            except SQLAlchemyError as error:
                logger.warning("Notices could not be told, and are tried again: %s", error)
            except Exception:
                logger.exception("Notices could not be told, and are tried again.")


def _deliver(app: Flask, delivery_id: int) -> bool:
    """Try one; what breaks on it is its own failure, and holds up no other. False when others have it."""
    with app.app_context():
        taken = deliveries.take(delivery_id)
        if taken is None:
            return False
        try:
            tried = _try(taken, app.extensions["settings"])
        except SQLAlchemyError:
            raise
        except Exception as error:
            logger.exception("Delivery %s broke.", taken.uid)
            tried = Try(False, f"Something broke on our side ({type(error).__name__}). The sweeper's log says what.")
        deliveries.record(taken, tried)
        return True


def _try(taken: Taken, settings: Settings) -> Try:
    body = taken.body or _written(taken, settings)
    if taken.webhook_id is not None:
        with reading() as connection:
            target = webhooks.target(connection, taken.webhook_id)
        return calling.call(target, taken, body, settings.webhook_private_hosts)
    to = _address(taken)
    if to is None:
        return Try(False, "They have left the team, or it sends no letters any more.", is_hopeless=True)
    if settings.mail_server is None:
        return Try(False, "This site has no mail server any more.", is_hopeless=True)
    return letters.send(settings.mail_server, to, taken, body)


def _written(taken: Taken, settings: Settings) -> str:
    """What is sent now and by each later try."""
    forget_what_was_read()
    if taken.event == webhooks.PING:
        body = calling.ping_of(_team(taken))
    elif taken.webhook_id is not None:
        body = calling.body_of(reads.told(taken.notice_ids)[0], settings.public_url)
    else:
        body = letters.compose(reads.told(taken.notice_ids), settings.public_url)
    deliveries.write(taken, body)
    return body


def _team(taken: Taken) -> TeamTold:
    found = db.session.get_one(Team, taken.team_id)
    return TeamTold(found.id, found.name)


def _address(taken: Taken) -> str | None:
    """Where the letter goes; None for people who may not be told any more."""
    theirs = (membership.c.user_id == user.c.id) & (membership.c.team_id == taken.team_id)
    may = (user.c.id == taken.user_id, ~user.c.is_disabled, Team.sends_letters)
    wanted = select(user.c.email).join(membership, theirs).join(Team, Team.id == membership.c.team_id).where(*may)
    with reading() as connection:
        return connection.execute(wanted).scalar()
