"""What strikes the site while it works. Each strike returns at once; the supervisor puts things right."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import redis
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dashboard.extensions import db
from scripts.sessions import send
from tests.crowd.processes import children_of
from tests.soak.site import Site

Strike = Callable[[Site], None]


def kill_worker(site: Site) -> None:
    """A machine is gone: kill -9 of a worker with its horse."""
    victim = random.choice(site.mortals("worker")).process.pid
    for pid in [*children_of(victim), victim]:
        send(pid, signal.SIGKILL)


def kill_horse(site: Site) -> None:
    """The kernel's OOM killer: kill -9 of the process that runs a handler."""
    for pid in children_of(random.choice(site.mortals("worker")).process.pid):
        send(pid, signal.SIGKILL)


def restart_worker(site: Site) -> None:
    """SIGTERM, as an upgrade sends it."""
    send(random.choice(site.mortals("worker")).process.pid, signal.SIGTERM)


def kill_sweeper(site: Site) -> None:
    send(site.mortals("sweeper")[0].process.pid, signal.SIGKILL)


def restart_redis(site: Site) -> None:
    """Killed, and back without anything it held."""
    site.stage.kill_redis()
    site.stage.start_redis()


def empty_redis(site: Site) -> None:
    with redis.Redis.from_url(site.stage.redis.url) as client:
        client.flushall()


def cut_connections(site: Site) -> None:
    """The database ends every connection but the one that asks for it."""
    with db.engine.connect() as connection:
        own = connection.execute(text("SELECT CONNECTION_ID()")).scalar_one()
        listed = connection.execute(text("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'root'")).scalars()
        for number in set(listed.all()) - {own}:
            with suppress(DBAPIError):  # it has ended by itself meanwhile
                connection.execute(text(f"KILL {number}"))


def restart_web(site: Site) -> None:
    """SIGTERM of one of the web servers; the other answers meanwhile."""
    send(site.mortals("web")[0].process.pid, signal.SIGTERM)


def kill_web(site: Site) -> None:
    """kill -9 of a web server with its children."""
    victim = site.mortals("web")[0].process.pid
    for pid in [*children_of(victim), victim]:
        send(pid, signal.SIGKILL)


ALL: Mapping[str, Strike] = {
    "kill -9 of a worker and its horse": kill_worker,
    "MariaDB ends every connection": cut_connections,
    "kill -9 of a sweeper": kill_sweeper,
    "Redis killed and started again": restart_redis,
    "SIGTERM to a web server": restart_web,
    "kill -9 of a horse": kill_horse,
    "SIGTERM to a worker": restart_worker,
    "kill -9 of a web server": kill_web,
    "FLUSHALL of Redis": empty_redis,
}
EXCUSES = frozenset(name for name, strike in ALL.items() if strike in (restart_web, kill_web, cut_connections))
EXCUSED_SECONDS = 8.0  # after one of those, a request that was under way may be answered with an error


@dataclass(frozen=True)
class Struck:
    """A strike that was made."""

    at: float
    name: str


def unexplained(errors: Sequence[tuple[float, str]], struck: Sequence[Struck]) -> list[str]:
    """Errors of the site that no strike at it or at its database excuses, each with the strike before it."""
    told = []
    for at, what in errors:
        before = [one for one in struck if one.at <= at]
        if not any(one.name in EXCUSES and at - one.at <= EXCUSED_SECONDS for one in before):
            last = f"{at - before[-1].at:.1f} s after: {before[-1].name}" if before else "before any strike"
            told.append(f"{what}, {last}")
    return told
