"""The rows of a run: itself, its nodes and edges, their attempts, artifacts and logs, and the audit trail's line."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any

from benchmarks.seeding import errors, lines
from benchmarks.seeding.fates import Fate, NodeFate
from benchmarks.seeding.judged import MEDIA, Judgement
from benchmarks.seeding.loading import Loader, Sheet
from benchmarks.seeding.people import Lab, Workflow
from dashboard.engine.states import NODE_FINISHED, RUN_FINISHED, NodeStatus, Outcome, RunStatus

LINE_COLUMNS = ("id", "run_id", "node_id", "attempt", "line", "level", "message", "at")
TABLES = ("workflow_run", "workflow_node", "workflow_edge", "node_attempt", "node_artifact", "node_log", "audit_event",
          "paper", "cohort", "cohort_paper")  # fmt: skip
TAKES = {"extract_text": 9, "fetch_repo": 12, "validate_links": 20, "ai_checks_pdf": 45, "ai_checks_repo": 60}
FEWEST_SECONDS = 0.4
LEASE = timedelta(days=1)  # a sweeper that looks at this history leaves its running nodes alone


@dataclass(frozen=True)
class Told:
    """One run: whose it is, what became of it, when it began, and how many log lines it wrote."""

    lab: Lab
    workflow: Workflow
    paper_id: int
    fate: Fate
    began: datetime
    judgement: Judgement
    log_lines: int


@dataclass
class Keys:
    """The next free key of each table."""

    next: dict[str, int] = field(default_factory=dict)

    def take(self, table: str, number: int = 1) -> int:
        """The first of that many keys."""
        first = self.next.setdefault(table, 1)
        self.next[table] += number
        return first


class Past:
    """Where runs are written down."""

    def __init__(self, loader: Loader, keys: Keys, chance: random.Random) -> None:
        self._keys, self._chance = keys, chance
        self.sheets = {name: Sheet(loader, name) for name in TABLES if name != "node_log"}
        self.sheets["node_log"] = Sheet(loader, "node_log", LINE_COLUMNS)
        self._said = cycle(lines.usual(chance))

    def tell(self, told: Told) -> int:
        """Write a run down with all that belongs to it; its id."""
        run_id = self._keys.take("workflow_run")
        first = self._keys.take("workflow_node", len(told.fate.nodes))
        rows = {fate.spec.id: first + place for place, fate in enumerate(told.fate.nodes)}
        ends: dict[str, datetime] = {}
        speaking = [fate for fate in told.fate.nodes if fate.attempts]
        for place, fate in enumerate(told.fate.nodes):
            starts = max((ends[p] for p, c in told.workflow.shape.edges if c == fate.spec.id), default=told.began)
            wrote = _part(told.log_lines, speaking.index(fate), len(speaking)) if fate.attempts else 0
            ends[fate.spec.id] = self._tell_node(told, run_id, first + place, place, fate, starts, wrote)
        for parent, child in told.workflow.shape.edges:
            self.sheets["workflow_edge"].add({"child_id": rows[child], "parent_id": rows[parent], "run_id": run_id})
        self._tell_run(told, run_id, max(ends.values()))
        return run_id

    def flush(self) -> None:
        for sheet in self.sheets.values():
            sheet.flush()

    def tell_log(self, run_id: int, row_id: int, attempt: int, at: datetime, said: Sequence[str]) -> None:
        """The lines of an attempt, from `at` on, a hundredth of a second apart."""
        key, add = self._keys.take("node_log", len(said)), self.sheets["node_log"].add_line
        for place, words in enumerate(said):
            when = at + timedelta(milliseconds=10 * place)
            add(f"{key + place}\t{run_id}\t{row_id}\t{attempt}\t{place + 1}\t{words}\t{when}")

    def _tell_run(self, told: Told, run_id: int, end: datetime) -> None:
        status, starter = told.fate.status, self._chance.choice(told.lab.users)
        self.sheets["workflow_run"].add({
            "id": run_id, "team_id": told.lab.id, "paper_id": told.paper_id, "definition_id": told.workflow.id,
            "status": status.value, "version": 2 * len(told.fate.nodes), "may_reuse": True,
            "input": {"repository": f"https://github.com/lab-{told.paper_id}/code"},
            "score": told.judgement.score if status == RunStatus.SUCCEEDED else None, "started_by": starter,
            "created_at": told.began, "started_at": None if status == RunStatus.CREATED else told.began,
            "finished_at": end if status in RUN_FINISHED else None,
            "seconds": (end - told.began).total_seconds() if status in RUN_FINISHED else None,
        })  # fmt: skip
        acts = {"run.start": told.began, **({"run.pause": end} if status == RunStatus.PAUSED else {})}
        for action, at in acts.items():
            self.sheets["audit_event"].add({
                "id": self._keys.take("audit_event"), "team_id": told.lab.id, "user_id": starter, "action": action,
                "object_type": "run", "object_id": run_id, "detail": {"paper": told.paper_id},
                "address": f"10.0.{starter % 250}.7", "at": at,
            })  # fmt: skip

    def _tell_node(
        self, told: Told, run_id: int, row_id: int, place: int, fate: NodeFate, starts: datetime, wrote: int
    ) -> datetime:
        """Its row and its attempts, the first at `starts`; when the last of them ended."""
        at = starts
        for number in range(1, fate.attempts + 1):
            began, at = at, at + self._lasts(fate.spec.id)
            said = list(islice(self._said, _part(wrote, number - 1, fate.attempts)))
            self.tell_log(run_id, row_id, number, began, said)
            if number > fate.failures and fate.status == NodeStatus.RUNNING:
                at = began
            else:
                self._tell_attempt(told, run_id, row_id, fate, number, (began, at))
        self._tell_node_row(told, run_id, row_id, place, fate, (began if fate.attempts else None, at))
        return at

    def _lasts(self, node_id: str) -> timedelta:
        usual = TAKES.get(node_id, 2)
        return timedelta(seconds=round(max(FEWEST_SECONDS, self._chance.gauss(usual, usual / 3)), 3))

    def _tell_attempt(
        self, told: Told, run_id: int, row_id: int, fate: NodeFate, number: int, ran: tuple[datetime, datetime]
    ) -> None:
        landed, name = number > fate.failures, fate.spec.id
        why: Mapping[str, Any] = {} if landed else errors.error(name, self._chance)
        told_error = {column: why.get(column) for column in ("error_type", "error_message", "error_frame", "traceback")}
        output = told.judgement.outputs.get(name, {"node": name, "lines": run_id % 1000}) if landed else None
        self.sheets["node_attempt"].add({
            "id": self._keys.take("node_attempt"), "node_id": row_id, "attempt": number, "generation": 0,
            "outcome": (Outcome.SUCCEEDED if landed else Outcome.FAILED).value, "worker": f"host-{run_id % 4}:7",
            "started_at": ran[0], "finished_at": ran[1], "output": output, **told_error,
        })  # fmt: skip
        for file, stored in told.judgement.files.get(name, {}).items() if landed else ():
            self.sheets["node_artifact"].add({
                "id": self._keys.take("node_artifact"), "run_id": run_id, "node_id": row_id, "attempt": number,
                "name": file, "media_type": MEDIA[file], "bytes": stored.bytes, "sha256": stored.sha256,
                "created_at": ran[1],
            })  # fmt: skip

    def _tell_node_row(
        self, told: Told, run_id: int, row_id: int, place: int, fate: NodeFate, ran: tuple[datetime | None, datetime]
    ) -> None:
        runs, spec = fate.status == NodeStatus.RUNNING, fate.spec
        self.sheets["workflow_node"].add({
            "id": row_id, "run_id": run_id, "node_id": spec.id, "position": place, "handler": spec.handler,
            "type": spec.type, "queue": spec.queue, "priority": spec.priority, "max_attempts": spec.max_attempts,
            "timeout_seconds": spec.timeout_seconds, "status": fate.status.value, "attempt": fate.attempts,
            "generation": 0, "failures": fate.failures, "crashes": 0,
            "committed_attempt": fate.attempts if fate.succeeded else None,
            "claim_token": f"{row_id:032x}" if runs else None, "claimed_by": "host-1:7" if ran[0] else None,
            "claimed_at": ran[0], "claim_expires_at": ran[1] + LEASE if runs else None,
            "deadline_at": ran[1] + LEASE if runs else None, "available_at": ran[0] or ran[1],
            "finished_at": ran[1] if fate.status in NODE_FINISHED else None, "cancel_requested": False,
            "progress_done": 0, "progress_total": 0, "reuses": False,
        })  # fmt: skip


def _part(whole: int, place: int, parts: int) -> int:
    """That share of the whole when it is dealt out as evenly as can be."""
    return whole * (place + 1) // parts - whole * place // parts
