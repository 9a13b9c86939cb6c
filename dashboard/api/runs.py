"""Runs: the list, one of them, and starting it."""

from __future__ import annotations

from dataclasses import replace

from flask import url_for

from dashboard.api import cursors, guard, repeats
from dashboard.api.description import answers
from dashboard.api.shapes.runs import Failure, Run, RunAsked, RunFilter, Runs, RunsAsked, RunWhole
from dashboard.engine import definitions, runs
from dashboard.reads import run_page
from dashboard.reads import runs as run_lists
from dashboard.reads.run_filter import Filter, Order
from dashboard.views import access

routes = guard.noun("runs")


@routes.get("")
@answers(Runs)
def index(query: RunsAsked) -> Runs:
    """The team's runs, filtered and ordered as on their page."""
    order = Order("" if query.order == "newest" else query.order)
    wanted = replace(narrowed(query), order=order, before=cursors.number_of(query))
    found = run_lists.page(access.team().id, wanted, query.limit)
    items = [Run.model_validate(row) for row in found.rows]
    return Runs(items=items, next=cursors.next_page(query, found.next_before))


@routes.post("")
@repeats.answered_once
@answers(RunWhole, 201)
def start(json: RunAsked) -> tuple[RunWhole, int, dict[str, str]]:
    """Start a workflow on a paper."""
    paper = access.paper(json.paper, access.Role.MEMBER)
    workflow, by = definitions.active(json.workflow), access.viewer().user.id
    run_id = runs.create_and_start(workflow.id, paper.id, paper.team_id, json.input, by, json.reuse)
    return whole(run_id), 201, {"Location": url_for("api_runs.show", run_id=run_id)}


@routes.get("/<int:run_id>")
@answers(RunWhole)
def show(run_id: int) -> RunWhole:
    """A run, how far it is and what broke."""
    return whole(run_id)


def whole(run_id: int) -> RunWhole:
    """The run as it is at this moment."""
    run = access.run(run_id)
    view, workflow = run_page.view(run), run.definition
    beside = {
        "paper": run.paper.title if run.paper else "no paper", "workflow": workflow.name, "version": workflow.version,
        "starter": view.starter, "shares": view.shares, "revision": view.version, "passed": view.passed,
        "total": len(view.nodes), "expected_end": view.expected_end, "failures": [*map(_failure, view.failures)],
    }  # fmt: skip
    own = {name: getattr(run, name) for name in RunWhole.model_fields if name not in beside}
    return RunWhole.model_validate(own | beside)


def narrowed(query: RunFilter) -> Filter:
    """The filter of the pages."""
    return Filter(
        status=query.status or "",
        workflow=query.workflow,
        text=query.q.strip(),
        value=query.input.strip(),
        paper_id=query.paper,
        dealt_with=query.dealt or "",
    )


def _failure(found: run_page.Failure) -> Failure:
    own = {name: getattr(found.broken, name) for name in Failure.model_fields if name != "blocked"}
    return Failure.model_validate(own | {"blocked": found.blocked})
