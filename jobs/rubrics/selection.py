"""Which rubrics a run is judged by."""

from __future__ import annotations

from dashboard.engine.errors import PermanentError
from dashboard.judging.rubric import NAMES, Rubric, RubricError, load
from jobs.context import NodeContext


def chosen_rubrics(context: NodeContext) -> tuple[Rubric, ...]:
    """Those `rubrics` names in the run's input, else in the node's configuration, else all."""
    named = context.workflow_input.get("rubrics") or context.node_input.get("rubrics") or NAMES
    names = named.split(",") if isinstance(named, str) else named
    try:
        return tuple(load(str(name).strip()) for name in names)
    except RubricError as error:
        raise PermanentError(str(error)) from error
