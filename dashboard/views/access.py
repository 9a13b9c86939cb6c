"""Who may see and do what: one loader a noun, each with the team filter. Another team's object does not exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from flask import abort, g, session
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import joinedload

from dashboard.engine import sessions
from dashboard.engine.tokens import Scope
from dashboard.extensions import db
from dashboard.models import (
    ApiToken,
    BulkAction,
    Cohort,
    Delivery,
    Membership,
    NodeArtifact,
    OpenSession,
    Paper,
    Ruling,
    SavedView,
    SignInLink,
    Team,
    Upload,
    User,
    Webhook,
    WorkflowNode,
    WorkflowRun,
)
from dashboard.views.viewers import Role, RoleError, Viewer, by_token, load_user, viewer

__all__ = ["Role", "RoleError", "Viewer", "by_token", "load_user", "viewer"]  # passed on

Found = TypeVar("Found")
Joined = Select[*tuple[Any, ...]]


def team(least: Role = Role.VIEWER) -> Team:
    """The team being looked at: that of the object on the page, else the one chosen last, else the first."""
    person = viewer()
    if not person.memberships:
        raise RoleError("You are in no team yet. An admin of a team can add you.")
    wanted = g.get("team_id", session.get("team_id"))
    chosen = next((one for one in person.memberships if one.team_id == wanted), person.memberships[0])
    _need(person.role_in(chosen.team_id), least)
    return chosen.team


def operator() -> User:
    """The person signed in, who must run this site."""
    if not viewer().user.is_operator or viewer().token_id:
        raise RoleError("Only an operator of this site sees this page.")
    return viewer().user


def paper(paper_id: int, least: Role = Role.VIEWER) -> Paper:
    return _load(select(Paper).where(Paper.id == paper_id), Paper.team_id, least)


def cohort(cohort_id: int, least: Role = Role.VIEWER) -> Cohort:
    return _load(select(Cohort).where(Cohort.id == cohort_id), Cohort.team_id, least)


def bulk(bulk_id: int, least: Role = Role.VIEWER) -> BulkAction:
    return _load(select(BulkAction).where(BulkAction.id == bulk_id), BulkAction.team_id, least)


def saved_view(view_id: int, least: Role = Role.VIEWER) -> SavedView:
    return _load(select(SavedView).where(SavedView.id == view_id), SavedView.team_id, least)


def upload(upload_id: int, least: Role = Role.VIEWER) -> Upload:
    return _load(select(Upload).where(Upload.id == upload_id), Upload.team_id, least)


def run(run_id: int, least: Role = Role.VIEWER) -> WorkflowRun:
    """The run, with its definition and paper."""
    wanted = select(WorkflowRun).where(WorkflowRun.id == run_id)
    joined = wanted.options(joinedload(WorkflowRun.definition), joinedload(WorkflowRun.paper))
    return _load(joined, WorkflowRun.team_id, least)


def member(user_id: int, least: Role = Role.VIEWER) -> Membership:
    """A member of the team being looked at."""
    team_id = team().id
    found = db.session.scalar(select(Membership).where(Membership.team_id == team_id, Membership.user_id == user_id))
    if found is None:
        abort(404)
    _enter(team_id, least)
    return found


def invitation(invitation_id: int, least: Role = Role.VIEWER) -> SignInLink:
    """An invitation to one of the viewer's teams, open or not."""
    return _load(select(SignInLink).where(SignInLink.id == invitation_id), SignInLink.team_id, least)


def token(token_id: int) -> ApiToken:
    """One's own token, or as an admin anybody's for the team."""
    found = _load(select(ApiToken).where(ApiToken.id == token_id), ApiToken.team_id, Role.VIEWER)
    _need(viewer().role_in(found.team_id), Role.VIEWER if found.user_id == viewer().user.id else Role.ADMIN)
    return found


def webhook(webhook_id: int, least: Role = Role.VIEWER) -> Webhook:
    return _load(select(Webhook).where(Webhook.id == webhook_id), Webhook.team_id, least)


def delivery(delivery_id: int, least: Role = Role.VIEWER) -> Delivery:
    return _load(select(Delivery).where(Delivery.id == delivery_id), Delivery.team_id, least)


def ruling(of: WorkflowRun, ruling_id: int) -> Ruling:
    """A ruling on the paper of a run that is the viewer's to see."""
    found = db.session.get(Ruling, ruling_id)
    if found is None or found.paper_id != of.paper_id:
        abort(404)
    return found


def node(run_id: int, node_id: str, least: Role = Role.VIEWER) -> tuple[WorkflowRun, WorkflowNode]:
    """The node of that name in that run."""
    row = node_with(run_id, node_id, lambda wanted: wanted, least)
    return row.WorkflowRun, row.WorkflowNode


def node_with(
    run_id: int, node_id: str, beside: Callable[[Joined], Joined], least: Role = Role.VIEWER
) -> Row[*tuple[Any, ...]]:
    """The run and the node, and in the same query whatever `beside` adds to it."""
    wanted = (
        select(WorkflowRun, WorkflowNode)
        .join(WorkflowNode, WorkflowNode.run_id == WorkflowRun.id)
        .options(joinedload(WorkflowRun.definition), joinedload(WorkflowRun.paper))
        .where(WorkflowRun.id == run_id, WorkflowNode.node_id == node_id)
        .where(WorkflowRun.team_id.in_(viewer().team_ids))
    )
    found = db.session.execute(beside(wanted)).first()
    if found is None:
        _missing()
    _enter(found.WorkflowRun.team_id, least)
    return found


def artifact(artifact_id: int, least: Role = Role.VIEWER) -> tuple[NodeArtifact, WorkflowNode, WorkflowRun]:
    """A committed artifact with the node and run it came from."""
    row = db.session.execute(
        select(NodeArtifact, WorkflowNode, WorkflowRun)
        .join(WorkflowNode, WorkflowNode.id == NodeArtifact.node_id)
        .join(WorkflowRun, WorkflowRun.id == NodeArtifact.run_id)
        .options(joinedload(WorkflowRun.paper))
        .where(NodeArtifact.id == artifact_id, WorkflowRun.team_id.in_(viewer().team_ids))
    ).first()
    if row is None:
        abort(404)
    _enter(row[2].team_id, least)
    return row[0], row[1], row[2]


def run_version(run_id: int) -> tuple[int, str] | None:
    """Version (as `engine.progress` counts it) and status of a run, in one query that checks the session too.

    None sends the caller the long way, where a missing session or run is told apart.
    """
    attempts = select(func.sum(WorkflowNode.attempt)).where(WorkflowNode.run_id == run_id).scalar_subquery()
    row = db.session.execute(
        select(WorkflowRun.version + func.coalesce(attempts, 0), WorkflowRun.status)
        .join(Membership, Membership.team_id == WorkflowRun.team_id)
        .join(User, User.id == Membership.user_id)
        .join(OpenSession, OpenSession.user_id == User.id)
        .where(WorkflowRun.id == run_id, sessions.is_open(str(session.get("_user_id", ""))))
    ).first()
    return (int(row[0]), row[1]) if row else None


def _load(wanted: Select[Found], team_column: Any, least: Role) -> Found:
    found = db.session.scalar(wanted.where(team_column.in_(viewer().team_ids)))
    if found is None:
        _missing()
    _enter(found.team_id, least)  # type: ignore[attr-defined]
    return found


def _enter(team_id: int, least: Role) -> None:
    """Show the page as that team's, even where it says that the role does not allow the act."""
    g.team_id = team_id
    _need(viewer().role_in(team_id), least)


def _need(role: Role, least: Role) -> None:
    if role < least and viewer().most < least:
        raise RoleError(f"This token may not do that: it needs the scope {list(Scope)[least - 1]}.")
    if role < least:
        raise RoleError(f"This needs the role {least.name.lower()}; you are {role.name.lower()} in this team.")


def _missing() -> NoReturn:
    abort(404)
