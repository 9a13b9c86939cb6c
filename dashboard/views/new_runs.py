"""The form that starts a run: made from the workflow's input schema, filled beforehand, each error beside its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import definitions, runs
from dashboard.engine.errors import EngineError
from dashboard.extensions import db
from dashboard.models import Paper, Team, WorkflowDefinition, WorkflowRun
from dashboard.reads import identical_runs
from dashboard.views import access, forms

pages = Blueprint("new_runs", __name__, url_prefix="/runs/new")

PAPERS_OFFERED = 200

Page = str | tuple[str, int]


@dataclass(frozen=True)
class Draft:
    """A run that is not started yet: its workflow and paper, and the form's fields where anything was filled in.

    `after` is the run it repeats.
    """

    workflow: WorkflowDefinition | None
    paper: Paper | None
    sent: Mapping[str, str] | None
    after: WorkflowRun | None = None
    wrong: Mapping[str, Sequence[str]] = field(default_factory=dict)


@pages.get("")
def form() -> Page:
    """Filled with the schema's defaults, with what the address says, or with `?again=RUN` with what that was given."""
    team = access.team(access.Role.MEMBER)
    run_id, paper_id = request.args.get("again", type=int), request.args.get("paper", type=int)
    after = access.run(run_id, access.Role.MEMBER) if run_id else None
    name = request.args.get("workflow") or (after.definition.name if after else "")
    workflow = _active(name)
    paper = access.paper(paper_id, access.Role.MEMBER) if paper_id else after.paper if after else None
    sent = forms.sent_in(request.args) or None
    if sent is None and after is not None and workflow is not None and workflow.name == after.definition.name:
        sent = forms.as_sent(workflow.input_schema, after.input)
    draft = Draft(workflow, paper, sent, after)
    return _show(team, draft, _identical(draft))


@pages.post("")
def start() -> Page | AnyResponse:
    """Start it, unless a field is wrong, or a run that was given the same is there and nobody said `anyway`."""
    team, by = access.team(access.Role.MEMBER), access.viewer().user.id
    workflow = definitions.active(request.form.get("workflow", ""))
    paper_id = request.form.get("paper", type=int)
    paper = access.paper(paper_id, access.Role.MEMBER) if paper_id else None
    sent = forms.sent_in(request.form)
    answers, may_reuse = forms.read(workflow.input_schema, sent), "anew" not in request.form
    if paper is None or answers.wrong:
        missing = {} if paper else {"paper": ["Choose the paper it is to run on."]}
        return _show(team, Draft(workflow, paper, sent, wrong={**answers.wrong, **missing})), 422
    same = None if "anyway" in request.form else _identical(Draft(workflow, paper, sent))
    if same is not None and may_reuse:
        return _show(team, Draft(workflow, paper, sent), same), 409
    try:
        run_id = runs.create_and_start(workflow.id, paper.id, paper.team_id, answers.given, by, may_reuse)
    except EngineError as error:
        return _show(team, Draft(workflow, paper, sent, wrong={"": [str(error)]})), 422
    return redirect(url_for("runs.show", run_id=run_id), 303)


def _active(name: str) -> WorkflowDefinition | None:
    """The workflow of that name, or the first."""
    workflows = definitions.list_active()
    return next((one for one in workflows if one.name == name), workflows[0] if workflows else None)


def _identical(draft: Draft) -> WorkflowRun | None:
    if draft.workflow is None or draft.paper is None:
        return None
    given = forms.read(draft.workflow.input_schema, draft.sent or _defaults(draft.workflow)).given
    return identical_runs.newest(draft.workflow.id, draft.paper.id, given)


def _defaults(workflow: WorkflowDefinition) -> Mapping[str, str]:
    """What the form sends when nobody touches it."""
    return {f"input.{one.name}": one.value for one in forms.fields(workflow.input_schema, None)}


def _show(team: Team, draft: Draft, same: WorkflowRun | None = None) -> str:
    newest = select(Paper).where(Paper.team_id == team.id).order_by(Paper.id.desc()).limit(PAPERS_OFFERED)
    papers = list(db.session.scalars(newest))
    if draft.paper is not None and draft.paper not in papers:
        papers.insert(0, draft.paper)
    workflow = draft.workflow
    return render_template(
        "pages/run_new.html", workflows=definitions.list_active(), papers=papers, draft=draft, same=same,
        fields=forms.fields(workflow.input_schema, draft.sent, draft.wrong) if workflow else [],
        reuses=workflow is not None and any(node.get("reuse") for node in workflow.dag["nodes"]),
        is_cut=len(papers) >= PAPERS_OFFERED,
    )  # fmt: skip
