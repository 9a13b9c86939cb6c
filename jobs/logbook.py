"""A node's log lines and progress on their way to the database, written in batches."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from sqlalchemy import update

from dashboard.engine import settling
from dashboard.engine.claims import Claim
from dashboard.engine.outcomes import LogLine, write_lines
from dashboard.engine.tables import node
from dashboard.engine.transactions import transaction

LINE_LIMIT = 16_000
LEVELS = frozenset({"debug", "info", "warning", "error"})


class Logbook:
    """Collects lines; two threads use it: the handler's, which adds, and the heartbeat's, which writes."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._lock = threading.Lock()
        self._lines: list[LogLine] = []
        self._count = 0
        self._progress: tuple[int, int] | None = None

    def add(self, level: str, message: str) -> None:
        """One line; what no database can keep (NUL, lone surrogates) is replaced, and one cut short says so."""
        clean = message.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
        if len(clean) > LINE_LIMIT:
            clean = f"{clean[:LINE_LIMIT]}… (cut: it had {len(clean):,} characters)"
        with self._lock:
            self._count += 1
            known = level if level in LEVELS else "info"
            self._lines.append(LogLine(self._count, known, clean, datetime.now(UTC)))

    def report(self, done: int, total: int) -> None:
        """How far the handler is."""
        with self._lock:
            self._progress = (done, total)

    def has_news(self) -> bool:
        return bool(self._lines or self._progress)

    def take(self) -> list[LogLine]:
        """The lines not written yet, for the transaction of the outcome."""
        with self._lock:
            lines, self._lines = self._lines, []
            return lines

    def write(self) -> None:
        """Write what there is, and grow the run's version: pages that follow the run see it.

        Lines leave the book only when they are committed. The run's row is locked first, as everywhere.
        """
        claim = self._claim
        with self._lock:
            lines, progress = list(self._lines), self._progress
        with transaction() as connection:
            settling.grow_version(connection, claim.run_id)
            write_lines(connection, claim, lines)
            if progress is not None:
                done = {"progress_done": progress[0], "progress_total": progress[1]}
                mine = node.c.id == claim.id, node.c.claim_token == claim.token
                connection.execute(update(node).where(*mine).values(**done))
        with self._lock:
            del self._lines[: len(lines)]
            self._progress = None if self._progress == progress else self._progress
