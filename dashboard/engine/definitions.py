"""Save and find workflow definitions. A saved version never changes; a change is a new version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Select, select, update
from sqlalchemy.orm import scoped_session

from dashboard.engine import audit, dag, inputs, limits, reports
from dashboard.engine.clock import now
from dashboard.engine.dag import Dag
from dashboard.engine.errors import InvalidInputError, NotFoundError
from dashboard.engine.handler_names import advice
from dashboard.engine.proposals import Proposal, propose
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import WorkflowDefinition


def save(
    name: str,
    raw: Any,
    description: str = "",
    input_schema: dict[str, Any] | None = None,
    by: int | None = None,
    known_handlers: Collection[str] | None = None,
) -> WorkflowDefinition:
    """Check and save a workflow, active from then on; what was saved last, saved again, stays as it is.

    `known_handlers`, where the caller can name them, catches a handler that no worker has.
    """
    proposal = propose(name, raw, description, input_schema, known_handlers)
    with writing() as session:
        versions = session.scalars(of_name(name).with_for_update()).all()
        last = next((one for one in versions if not (one.was_draft or one.is_imported)), None)
        if last is not None and proposal.is_said_by(last):
            return last
        session.execute(update(WorkflowDefinition).where(WorkflowDefinition.name == name).values(is_active=False))
        saved = add(session, proposal, versions, is_active=True)
        _open_gates(session.connection(), dag.from_record(saved.dag))
        audit.add(session.connection(), "definition.save", "definition", saved.id, by=by,
                  detail={"name": name, "version": saved.version})  # fmt: skip
    return saved


def add(
    session: scoped_session[Session], proposal: Proposal, versions: Sequence[WorkflowDefinition], **standing: bool
) -> WorkflowDefinition:
    """The version after those, which the caller has locked, in the caller's transaction."""
    saved = WorkflowDefinition(
        name=proposal.name,
        version=versions[0].version + 1 if versions else 1,
        description=proposal.description,
        dag=proposal.record,
        input_schema=proposal.input_schema,
        created_at=now(),
        **standing,
    )
    session.add(saved)
    session.flush()
    return saved


def activate(name: str, version: int, by: int | None) -> WorkflowDefinition:
    """New runs take that version from now on; runs under way keep theirs. NotFoundError when there is none such.

    InvalidInputError where it ran in another system, or workers are up and none has a handler that it names.
    """
    known = reports.handlers()
    with writing() as session:
        versions = session.scalars(of_name(name).with_for_update()).all()
        chosen = numbered(versions, version)
        if chosen.is_imported:
            raise InvalidInputError(f"Version {version} of {name} ran in another system: no run here can take it.")
        if missing := handlers_missing(chosen, known):
            raise InvalidInputError(*missing)
        before = [one.version for one in versions if one.is_active]
        for one in versions:
            one.is_active = one is chosen
        chosen.is_draft = False
        session.flush()
        _open_gates(session.connection(), dag.from_record(chosen.dag))
        audit.add(session.connection(), "definition.activate", "definition", chosen.id, by=by,
                  detail={"name": name, "before": before, "after": version})  # fmt: skip
    return chosen


def handlers_missing(version: WorkflowDefinition, known: Collection[str] | None) -> list[str]:
    """A sentence for each of its handlers that is not among those the workers have, where these are known."""
    if known is None:
        return []
    nodes: dict[str, str] = {}
    for spec in version.dag["nodes"]:
        nodes.setdefault(spec["handler"], spec["id"])
    return [
        f"No worker that is up has the handler {handler!r} of the node {node!r}. {advice(handler, known)}"
        for handler, node in nodes.items()
        if handler not in known
    ]


def numbered(versions: Sequence[WorkflowDefinition], number: int) -> WorkflowDefinition:
    """That one of a workflow's versions; NotFoundError when there is none such."""
    found = next((one for one in versions if one.version == number), None)
    if found is None:
        raise NotFoundError(f"There is no version {number}.")
    return found


def active(name: str) -> WorkflowDefinition:
    """The active version of that name; NotFoundError when there is none."""
    found = db.session.scalar(of_name(name).where(WorkflowDefinition.is_active).limit(1))
    if found is None:
        raise NotFoundError(f"No active workflow is called {name!r}. `flask create-workflow` saves the default one.")
    return found


def list_active() -> Sequence[WorkflowDefinition]:
    """Every active definition by name."""
    rows = select(WorkflowDefinition).where(WorkflowDefinition.is_active).order_by(WorkflowDefinition.name)
    return db.session.scalars(rows).all()


def check_input(definition: WorkflowDefinition, given: Any) -> None:
    """InvalidInputError naming every field of the input that does not fit the definition's schema, and how."""
    if problems := inputs.problems(definition.input_schema, given):
        raise InvalidInputError(*problems)


def of_name(name: str) -> Select[WorkflowDefinition]:
    """Its versions, newest first."""
    return select(WorkflowDefinition).where(WorkflowDefinition.name == name).order_by(WorkflowDefinition.version.desc())


def _open_gates(connection: Connection, shape: Dag) -> None:
    """The version that became active last says how many places each of its keys has."""
    places = {spec.concurrency_key: spec.concurrency for spec in shape.nodes}
    limits.open_gates(connection, {key: number for key, number in places.items() if key and number})
