"""Which runs a person means: those that a filter leaves, or those they ticked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine.bulk import MOST_RUNS
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.states import RunStatus
from dashboard.reads import runs
from dashboard.reads.run_filter import DEALT_WITH, OPEN, Filter, Order

Sent = MultiDict[str, str]


@dataclass(frozen=True)
class Choice:
    """The runs, newest first, and the filter they were seen under; `is_all` when they are all that fit it."""

    run_ids: tuple[int, ...]
    narrowed: Filter
    is_all: bool


def narrowed(sent: Sent) -> Filter:
    """The filter that an address or a form asks for."""
    status, order, dealt = sent.get("status", ""), sent.get("order", ""), sent.get("dealt", "")
    return Filter(
        status=status if status in RunStatus.__members__ else "",
        workflow=sent.get("workflow", "")[:200],
        text=sent.get("q", "").strip()[:200],
        value=sent.get("input", "").strip()[:200],
        paper_id=sent.get("paper", type=int),
        dealt_with=dealt if dealt in (OPEN, DEALT_WITH) else "",
        order=Order(order) if order in list(Order) else Order.NEWEST,
        before=sent.get("before", type=int),
    )


def choice(team_id: int, sent: Sent) -> Choice:
    """The ticked runs, or with `of=all` every run that fits the filter. InvalidInputError when those are too many."""
    filter_ = narrowed(sent)
    if sent.get("of") != "all":
        return Choice(tuple(sent.getlist("run", type=int)[:MOST_RUNS]), filter_, is_all=False)
    found = runs.ids(team_id, filter_, MOST_RUNS + 1)
    if len(found) > MOST_RUNS:
        raise InvalidInputError(f"More than {MOST_RUNS:,} runs fit. Narrow the filter, and do it in parts.")
    return Choice(tuple(found), filter_, is_all=True)


def none_chosen(of: Choice) -> AnyResponse:
    """Back to the list, with a word on what to do."""
    flash("No run was chosen: tick some, or choose all that fit.", "bad")
    return redirect(url_for("runs.index", before=of.narrowed.before, **of.narrowed.parts), 303)
