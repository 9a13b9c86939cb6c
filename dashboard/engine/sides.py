"""Sides: what runs saw of links and repositories and concluded, as far as their rows still tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from dashboard.engine import standing
from dashboard.engine.differences import Side
from dashboard.engine.rerunning import LOOKS_OUTSIDE
from dashboard.engine.standing import Found
from dashboard.engine.tables import attempt, node, run
from dashboard.judging.evidence import Answer

Outputs = Mapping[str, Mapping[str, Any]]


def of_runs(connection: Connection, run_ids: Collection[int]) -> dict[int, Side]:
    """One for each of the runs; three queries, however many."""
    ids = sorted(run_ids)
    outputs: dict[int, dict[str, Mapping[str, Any]]] = {run_id: {} for run_id in ids}
    committed = (attempt.c.node_id == node.c.id) & (attempt.c.attempt == node.c.committed_attempt)
    wanted = select(node.c.run_id, node.c.handler, attempt.c.output).join(attempt, committed)
    for row in connection.execute(wanted.where(node.c.run_id.in_(ids), node.c.handler.in_(sorted(LOOKS_OUTSIDE)))):
        outputs[row.run_id][row.handler] = row.output or {}
    scores = {row.id: row.score for row in connection.execute(select(run.c.id, run.c.score).where(run.c.id.in_(ids)))}
    answers = {one.run_id: _answers(one) for one in standing.found(connection, ids)}
    return {run_id: _side(outputs[run_id], answers.get(run_id, {}), scores.get(run_id)) for run_id in ids}


def _side(outputs: Outputs, answers: Mapping[tuple[str, str], Answer], score: float | None) -> Side:
    listed = outputs.get("validate_links", {}).get("links") or ()
    return Side({link["url"]: link for link in listed}, outputs.get("fetch_repo", {}), answers, score)


def _answers(of: Found) -> dict[tuple[str, str], Answer]:
    return {(rubric, key): answer for rubric, found in of.rubrics.items() for key, answer in found.items()}
