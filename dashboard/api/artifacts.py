"""Artifacts: the list of a run, one of them, its bytes, and all of a run as a zip."""

from __future__ import annotations

from flask import Response

from dashboard.api import guard
from dashboard.api.description import answers
from dashboard.api.shapes.artifacts import Artifact, Artifacts
from dashboard.models import NodeArtifact
from dashboard.reads import nodes
from dashboard.views import access
from dashboard.views import artifacts as artifact_pages

routes = guard.noun("artifacts", prefix="")


@routes.get("/runs/<int:run_id>/artifacts")
@answers(Artifacts)
def index(run_id: int) -> Artifacts:
    """The files that the run's nodes left."""
    run = access.run(run_id)
    return Artifacts(items=[_told(node_id, artifact) for node_id, artifact in nodes.of_run(run.id)])


@routes.get("/runs/<int:run_id>/artifacts.zip")
@answers(file="application/zip")
def archive(run_id: int) -> Response:
    """All of them, each under its node's name."""
    return artifact_pages.archive(run_id)


@routes.get("/artifacts/<int:artifact_id>")
@answers(Artifact)
def show(artifact_id: int) -> Artifact:
    """What is known of a file."""
    artifact, node, _run = access.artifact(artifact_id)
    return _told(node.node_id, artifact)


@routes.get("/artifacts/<int:artifact_id>/file")
@answers(file="*/*")
def file(artifact_id: int) -> Response:
    """Its bytes, as the media type it was left with."""
    return artifact_pages.download(artifact_id)


def _told(node_id: str, artifact: NodeArtifact) -> Artifact:
    own = {name: getattr(artifact, name) for name in Artifact.model_fields}
    return Artifact.model_validate(own | {"node_id": node_id})
