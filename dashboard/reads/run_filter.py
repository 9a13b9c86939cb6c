"""What a list of runs is narrowed to, in SQL and as parts of an address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from dashboard.models import Paper, WorkflowDefinition, WorkflowRun


@dataclass(frozen=True)
class Filter:
    """Empty fields narrow nothing. `before` is the keyset: the last run of the page that went before."""

    status: str = ""
    workflow: str = ""
    text: str = ""
    value: str = ""
    paper_id: int | None = None
    is_oldest_first: bool = False
    before: int | None = None

    @property
    def parts(self) -> dict[str, Any]:
        """Those of the address that shows the same list from its beginning."""
        order = "oldest" if self.is_oldest_first else ""
        parts = {"status": self.status, "workflow": self.workflow, "q": self.text, "input": self.value,
                 "paper": self.paper_id, "order": order}  # fmt: skip
        return {name: part for name, part in parts.items() if part}

    @property
    def narrows(self) -> bool:
        return bool(self.parts.keys() - {"order"})


class Values(FunctionElement[str]):
    """The values of a JSON object, without its keys, as one text."""

    inherit_cache = True


@compiles(Values)
def _values(element: Values, compiler: SQLCompiler, **options: Any) -> str:
    return f"JSON_EXTRACT({compiler.process(element.clauses, **options)}, '$.*')"


@compiles(Values, "sqlite")
def _values_sqlite(element: Values, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"(SELECT group_concat(value, ' ') FROM json_each({column}))"  # noqa: S608  (a column of ours)


def conditions(narrowed: Filter) -> list[ColumnElement[bool]]:
    """They speak of runs joined to their definition and paper."""
    found: list[ColumnElement[bool]] = []
    if narrowed.status:
        found.append(WorkflowRun.status == narrowed.status)
    if narrowed.workflow:
        found.append(WorkflowDefinition.name == narrowed.workflow)
    if narrowed.text:
        found.append(Paper.title.icontains(narrowed.text, autoescape=True))
    if narrowed.value:
        found.append(_says(narrowed.value))
    if narrowed.paper_id is not None:
        found.append(WorkflowRun.paper_id == narrowed.paper_id)
    if narrowed.before is not None:
        is_next = WorkflowRun.id > narrowed.before if narrowed.is_oldest_first else WorkflowRun.id < narrowed.before
        found.append(is_next)
    return found


def order(narrowed: Filter) -> UnaryExpression[int]:
    return WorkflowRun.id.asc() if narrowed.is_oldest_first else WorkflowRun.id.desc()


def _says(value: str) -> ColumnElement[bool]:
    """A value of the run's input contains it. JSON may be stored with letters beyond ASCII written as escapes."""
    written = {value, json.dumps(value)[1:-1]}
    return or_(*(Values(WorkflowRun.input).icontains(one, autoescape=True) for one in sorted(written)))
