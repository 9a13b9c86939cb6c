"""Workflow definitions: what may be started, and each version of it."""

from __future__ import annotations

from dashboard.api import guard
from dashboard.api.description import answers
from dashboard.api.shapes.workflows import Version, Versions, VersionWhole, Workflow, Workflows
from dashboard.engine.errors import NotFoundError
from dashboard.reads import workflows
from dashboard.views import access

routes = guard.noun("workflows")


@routes.get("")
@answers(Workflows)
def index() -> Workflows:
    """Every workflow that may be started."""
    found = workflows.listed(access.team().id)
    return Workflows(items=[Workflow.model_validate(row) for row in found])


@routes.get("/<name>/versions")
@answers(Versions)
def versions(name: str) -> Versions:
    """Its versions, newest first."""
    found = [Version.model_validate(row) for row in workflows.versions(name)]
    if not found:
        raise NotFoundError(f"No workflow is called {name[:200]!r}.")
    return Versions(items=found)


@routes.get("/<name>/versions/<int:version>")
@answers(VersionWhole)
def show(name: str, version: int) -> VersionWhole:
    """A version with its nodes and edges, and the schema of its input."""
    found = workflows.version(name, version)
    if found is None:
        raise NotFoundError(f"{name[:200]!r} has no version {version}.")
    return VersionWhole.model_validate(found)
