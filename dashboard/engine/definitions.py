"""Save and find workflow definitions. A saved version never changes; a change is a new version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from sqlalchemy import Select, select, update

from dashboard.engine import audit, dag
from dashboard.engine.clock import now
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
    """Check and save a workflow; the same content again is the version that is there.

    `known_handlers`, where the caller can name them, catches a handler that no worker has.
    """
    record = dag.as_record(dag.parse(raw, known_handlers))
    schema = input_schema or {"type": "object"}
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise InvalidInputError(f"The input schema of {name!r} is not a JSON Schema: {error.message}.") from None
    with writing() as session:
        latest = session.scalar(_versions(name).limit(1).with_for_update())
        if latest is not None and (latest.dag, latest.input_schema) == (record, schema) and latest.is_active:
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
        audit.add(session.connection(), "definition.save", "definition", saved.id, by=by,
                  detail={"name": name, "version": saved.version})  # fmt: skip
    return saved


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
    """InvalidInputError naming the field when the input does not fit the definition's schema."""
    validator = Draft202012Validator(definition.input_schema)
    problem = next(iter(sorted(validator.iter_errors(given), key=str)), None)
    if problem is not None:
        field = ".".join(str(part) for part in problem.absolute_path) or "the input"
        raise InvalidInputError(f"{field}: {problem.message}.")


def _versions(name: str) -> Select[WorkflowDefinition]:
    return select(WorkflowDefinition).where(WorkflowDefinition.name == name).order_by(WorkflowDefinition.version.desc())
