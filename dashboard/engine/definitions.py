"""Save and find workflow definitions. A saved version never changes; a change is a new version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from sqlalchemy import Connection, Select, select, update

from dashboard.engine import audit, dag, inputs, limits
from dashboard.engine.clock import now
from dashboard.engine.dag import Dag
from dashboard.engine.errors import InvalidInputError, NotFoundError
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
    """Check and save a workflow, active from then on; the newest version's content again is that version, as it is.

    `known_handlers`, where the caller can name them, catches a handler that no worker has.
    """
    shape = _keyed(name, dag.parse(raw, known_handlers))
    record = dag.as_record(shape)
    schema = input_schema or {"type": "object"}
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise InvalidInputError(f"The input schema of {name!r} is not a JSON Schema: {error.message}.") from None
    with writing() as session:
        latest = session.scalar(_versions(name).limit(1).with_for_update())
        if latest is not None and _says(latest, record, schema):
            return latest
        session.execute(update(WorkflowDefinition).where(WorkflowDefinition.name == name).values(is_active=False))
        saved = WorkflowDefinition(
            name=name,
            version=latest.version + 1 if latest else 1,
            description=description,
            dag=record,
            input_schema=schema,
            is_active=True,
            created_at=now(),
        )
        session.add(saved)
        session.flush()
        _open_gates(session.connection(), shape)
        audit.add(session.connection(), "definition.save", "definition", saved.id, by=by,
                  detail={"name": name, "version": saved.version})  # fmt: skip
    return saved


def activate(name: str, version: int, by: int | None) -> WorkflowDefinition:
    """New runs take that version from now on; runs under way keep theirs. NotFoundError when there is none such."""
    with writing() as session:
        versions = session.scalars(_versions(name).with_for_update()).all()
        chosen = next((one for one in versions if one.version == version), None)
        if chosen is None:
            raise NotFoundError(f"{name!r} has no version {version}.")
        before = [one.version for one in versions if one.is_active]
        for one in versions:
            one.is_active = one is chosen
        session.flush()
        _open_gates(session.connection(), dag.from_record(chosen.dag))
        audit.add(session.connection(), "definition.activate", "definition", chosen.id, by=by,
                  detail={"name": name, "before": before, "after": version})  # fmt: skip
    return chosen


def active(name: str) -> WorkflowDefinition:
    """The active version of that name; NotFoundError when there is none."""
    found = db.session.scalar(_versions(name).where(WorkflowDefinition.is_active).limit(1))
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


def _keyed(name: str, shape: Dag) -> Dag:
    """The same with a key for every limit: a node that names none shares its places with its other versions only."""
    specs = tuple(
        replace(spec, concurrency_key=f"{name}/{spec.id}") if spec.concurrency and not spec.concurrency_key else spec
        for spec in shape.nodes
    )
    if long := next((spec.id for spec in specs if len(spec.concurrency_key or "") > dag.LONGEST_KEY), None):
        raise InvalidInputError(f"Node {long!r} needs a concurrency_key of its own: the workflow's name is too long.")
    return replace(shape, nodes=specs)


def _open_gates(connection: Connection, shape: Dag) -> None:
    """The version that became active last says how many places each of its keys has."""
    places = {spec.concurrency_key: spec.concurrency for spec in shape.nodes}
    limits.open_gates(connection, {key: number for key, number in places.items() if key and number})


def _says(latest: WorkflowDefinition, record: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Whether that version says the same, also where it was saved before nodes had all of today's settings."""
    return dag.as_record(dag.parse(latest.dag)) == record and latest.input_schema == schema


def _versions(name: str) -> Select[WorkflowDefinition]:
    return select(WorkflowDefinition).where(WorkflowDefinition.name == name).order_by(WorkflowDefinition.version.desc())
