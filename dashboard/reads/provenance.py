"""Provenance: what the answers of a run rest on, and where two runs differ in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.judging.evidence import Answer
from dashboard.reads.causes import BOTH, NOTHING, PAPER, REPOSITORY, Change

Record = Mapping[str, Any]

# What each node bears on by itself. A repository or a paper type that changes in consequence is told by itself.
BEARING = {
    "ingest_pdf": PAPER, "extract_text": PAPER, "screen_text": PAPER, "extract_evidence": PAPER, "ai_checks_pdf": PAPER,
    "validate_links": REPOSITORY, "fetch_repo": REPOSITORY, "check_repo": REPOSITORY, "ai_checks_repo": REPOSITORY,
    "aggregate_findings": BOTH, "compute_score": NOTHING, "generate_report": NOTHING, "render_pages": NOTHING,
}  # fmt: skip
# The repository named in the input is told by the repository that was read; which rubrics are asked turns no answer.
INPUT_BEARING = {"repository": NOTHING, "rubrics": NOTHING}
ASSESSING = ("ai_checks_pdf", "ai_checks_repo")


@dataclass(frozen=True)
class Provenance:
    """What a run's answers rest on. `outputs` and `statuses` are by node id, `handlers` are versions by name."""

    paper: str
    pdf: str
    workflow: str
    dag: Record
    given: Record
    outputs: Mapping[str, Record]
    statuses: Mapping[str, str]
    handlers: Mapping[str, str]

    def said(self, node: str, key: str) -> Any:
        """What that node handed on under that key."""
        return self.outputs.get(node, {}).get(key)


def changes(before: Provenance, after: Provenance) -> tuple[Change, ...]:
    """Everything recorded that differs and could bear on an answer, the rubrics' versions apart."""
    looked_at = (_paper, _repository, _inputs, _workflow, _assessors, _handlers, _nodes)
    return tuple(change for differs in looked_at for change in differs(before, after))


def _paper(before: Provenance, after: Provenance) -> Iterable[Change]:
    if before.pdf != after.pdf:
        same_title = before.paper == after.paper
        shown = (before.pdf[:10], after.pdf[:10]) if same_title else (before.paper, after.paper)
        clause = f"the PDF went from {shown[0]} to {shown[1]}" if same_title else "it is another paper"
        yield Change("PDF", *shown, clause, PAPER)
    types = [str(one.said("extract_evidence", "paper_type") or "") for one in (before, after)]
    if all(types) and types[0] != types[1]:
        clause = f"the paper was taken for {types[0]} and now for {types[1]}"
        yield Change("paper type", types[0], types[1], clause, answer=Answer.NOT_APPLICABLE)


def _repository(before: Provenance, after: Provenance) -> Iterable[Change]:
    one, two = (side.outputs.get("fetch_repo") or {} for side in (before, after))
    was, now = (_address(side) for side in (one, two))
    if not (one and two) or was == now:
        return
    if not (one.get("found") and two.get("found")):
        missing = one if two.get("found") else two
        when = "the earlier" if missing is one else "the later"
        clause = f"{when} run read no repository ({str(missing.get('reason') or 'none was found').rstrip('.')})"
    elif one.get("url") == two.get("url"):
        clause = f"the repository moved from {_short(one)} to {_short(two)}"
    else:
        clause = f"another repository was read: {two.get('url')} instead of {one.get('url')}"
    yield Change("repository", was, now, clause, REPOSITORY)


def _address(fetched: Record) -> str:
    return f"{fetched.get('url')} at {_short(fetched)}" if fetched.get("found") else "not read"


def _short(fetched: Record) -> str:
    return str(fetched.get("commit") or "")[:10]


def _inputs(before: Provenance, after: Provenance) -> Iterable[Change]:
    for key in sorted({*before.given, *after.given}):
        was, now = (_shown(side.given.get(key)) for side in (before, after))
        if was != now:
            clause = f"the input {key} went from {was} to {now}"
            yield Change(f"input {key}", was, now, clause, INPUT_BEARING.get(key, BOTH))


def _workflow(before: Provenance, after: Provenance) -> Iterable[Change]:
    if before.dag != after.dag:
        clause = f"the workflow went from {before.workflow} to {after.workflow}"
        yield Change("workflow", before.workflow, after.workflow, clause)


def _assessors(before: Provenance, after: Provenance) -> Iterable[Change]:
    for node in ASSESSING:
        was, now = (str(side.said(node, "assessor") or "") for side in (before, after))
        if was and now and was != now:
            clause = f"{now} assessed it instead of {was}"
            yield Change(f"assessor ({node})", was, now, clause, BEARING[node])


def _handlers(before: Provenance, after: Provenance) -> Iterable[Change]:
    for name in sorted(before.handlers.keys() & after.handlers.keys()):
        was, now = before.handlers[name], after.handlers[name]
        if was != now and BEARING.get(name, BOTH) and name in {**before.statuses, **after.statuses}:
            clause = f"{name} went from version {was} to {now}"
            yield Change(f"handler {name}", was, now, clause, BEARING.get(name, BOTH))


def _nodes(before: Provenance, after: Provenance) -> Iterable[Change]:
    """Nodes that a person skipped in one run only."""
    for name in before.statuses.keys() & after.statuses.keys():
        skipped = [side.statuses[name] == "SKIPPED" for side in (before, after)]
        if skipped[0] != skipped[1]:
            words = ("skipped", "run") if skipped[0] else ("run", "skipped")
            clause = f"{name} was skipped in the {'earlier' if skipped[0] else 'later'} run"
            yield Change(f"node {name}", *words, clause, BEARING.get(name, BOTH))


def _shown(value: Any) -> str:
    return "nothing" if value in (None, "") else str(value)[:120]
