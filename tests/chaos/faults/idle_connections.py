"""MariaDB closes connections that idle (`wait_timeout`), under a handler, a worker and a web process: nobody notices.

Protected by the ping before a connection that has idled is used again.

Seen to fail: no ping before use -> the first page after the idling is an error.
"""

from __future__ import annotations

import time

from flask.testing import FlaskClient
from sqlalchemy import text

from dashboard import create_app
from dashboard.config import from_environment
from dashboard.engine import sessions
from dashboard.extensions import db
from tests import factories
from tests.chaos.once import not_at_once, warm_up
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "wait_timeout=5, idle 10 s, continue"
NOTICED = ("gone away", "Lost connection", "Traceback")


def run(stage: Stage, scale: float) -> Trial:
    timeout, idle = (5, 10) if scale >= 0.1 else (1, 2)
    rounds = max(2, round(5 * scale))
    _close_after(timeout)
    stage.workers(1)
    warm_up(stage)
    browser, page = _signed_in(stage)
    errors = 0
    for _ in range(rounds):
        time.sleep(idle)
        errors += browser.get(page).status_code != 200
        stage.start_workflow(1, nodes=[{"id": "idles", "handler": "steady", "config": {"seconds": idle}}])
        stage.wait_all(60)
    _close_after(28800)
    words = sum(stage.words().count(word) for word in NOTICED)
    counts = {"a page that failed": errors, "an error in a worker's log": words}
    broken = stage.broken() | not_at_once(stage) | {name: count for name, count in counts.items() if count}
    return Trial(FAULT, 3 * rounds, broken, stage.seconds, f"wait_timeout={timeout}, {rounds} times {idle} s")


def _close_after(seconds: int) -> None:
    """Connections made from now on are closed after so many idle seconds."""
    with db.engine.connect() as connection:
        connection.execute(text(f"SET GLOBAL wait_timeout={seconds}"))
    db.engine.dispose()


def _signed_in(stage: Stage) -> tuple[FlaskClient, str]:
    """A browser before a web process of its own, and the page of a paper it may see."""
    team = factories.team()
    person, paper = factories.user(team), factories.paper(team)
    browser = create_app(from_environment(stage.environment)).test_client()
    with browser.session_transaction() as session:
        session["_user_id"] = sessions.begin(person.id, "test", None, "")
    return browser, f"/papers/{paper.id}"
