"""Which rubrics a run is judged by."""

from __future__ import annotations

from dashboard.engine.errors import PermanentError
from dashboard.judging.rubric import NAMES, Rubric, RubricError, load, named
from jobs.context import NodeContext


def chosen_rubrics(context: NodeContext) -> tuple[Rubric, ...]:
    """Those `rubrics` names in the run's input, else in the node's configuration, else all that are shipped.

    A name may carry a version (`neurips@2025.1`), and may be that of a rubric of the team's own.
    """
    listed = context.workflow_input.get("rubrics") or context.node_input.get("rubrics") or NAMES
    names = listed.split(",") if isinstance(listed, str) else listed
    chosen = [_rubric(str(name), context) for name in names]
    ids = [rubric.id for rubric in chosen]
    if repeated := sorted({one for one in ids if ids.count(one) > 1}):
        raise PermanentError(f"A run is judged by one version of a rubric: {', '.join(repeated)} is named twice.")
    return tuple(chosen)


def _rubric(text: str, context: NodeContext) -> Rubric:
    name, version = named(text)
    own = None if name in NAMES else context.team_rubric(name, version)
    try:
        return own or load(name, version)
    except RubricError as error:
        raise PermanentError(str(error)) from error
