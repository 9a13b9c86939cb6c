"""Artifacts: a preview of each kind, the file itself, and all of a run as a streamed zip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, render_template, request, send_file, stream_with_context, url_for

from dashboard.engine import artifacts, audit
from dashboard.engine.errors import NotFoundError
from dashboard.models import NodeArtifact
from dashboard.reads import nodes
from dashboard.views import access, headers, previews, zips

pages = Blueprint("artifacts", __name__)


@pages.get("/artifacts/<int:artifact_id>")
def show(artifact_id: int) -> str:
    artifact, node, run = access.artifact(artifact_id)
    siblings = nodes.artifacts(node.id, artifact.attempt)
    files = {one.name: url_for("artifacts.show", artifact_id=one.id) for one in siblings}
    place = _place()
    try:
        preview = previews.of(artifact, artifacts.path_of(artifact.sha256), place, files)
    except LookupError:
        abort(404)
    return render_template(
        "pages/artifact.html", artifact=artifact, node=node, run=run, preview=preview, siblings=siblings, place=place,
        address=url_for("artifacts.show", artifact_id=artifact.id), made=nodes.maker(node.id, artifact.attempt),
    )  # fmt: skip


@pages.get("/artifacts/<int:artifact_id>/download")
def download(artifact_id: int) -> Response:
    artifact, _node, run = access.artifact(artifact_id)
    audit.record("artifact.download", "artifact", artifact.id, run.team_id, access.viewer().user.id)
    response = send_file(
        artifacts.path_of(artifact.sha256), artifact.media_type, as_attachment=True, download_name=_file_name(artifact)
    )
    response.headers["Content-Security-Policy"] = headers.DOWNLOAD
    return response


@pages.get("/artifacts/<int:artifact_id>/embedded")
def embedded(artifact_id: int) -> Response:
    """An HTML file, a PDF or an image for a frame of ours: sandboxed, scriptless, able to load nothing.

    A PDF is drawn by the browser's own viewer, which takes it from a sandboxed answer but not into a sandboxed frame.
    """
    artifact, _node, _run = access.artifact(artifact_id)
    kind = previews.kind(artifact)
    if kind not in ("html", "pdf", "image"):
        abort(404)
    media_type = "text/html" if kind == "html" else artifact.media_type
    response = send_file(artifacts.path_of(artifact.sha256), media_type)
    response.headers["Content-Security-Policy"] = headers.EMBEDDED
    return response


@pages.get("/runs/<int:run_id>/artifacts.zip")
def archive(run_id: int) -> Response:
    run = access.run(run_id)
    audit.record("run.download", "run", run.id, run.team_id, access.viewer().user.id)
    members = _members(nodes.of_run(run.id))
    response = Response(stream_with_context(zips.stream(members)), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="run-{run.id}.zip"'
    response.headers["Content-Security-Policy"] = headers.DOWNLOAD
    return response


def _place() -> previews.Place:
    given = request.args
    return previews.Place(
        start=given.get("start", 1, type=int),
        line=given.get("line", 0, type=int),
        pointer=given.get("at", ""),
        entry=max(0, given.get("entry", 0, type=int)),
    )


def _members(files: Iterable[tuple[str, NodeArtifact]]) -> Iterator[zips.Member]:
    """Each file under its node's name; those that the store has lost are named instead of being passed over."""
    lost = []
    for node_id, artifact in files:
        try:
            path = artifacts.path_of(artifact.sha256)
        except NotFoundError as error:
            lost.append(f"{node_id}/{artifact.name}: {error}\n")
        else:
            yield zips.Member(f"{node_id}/{_file_name(artifact)}", path, artifact.created_at)
    if lost:
        yield zips.Member("MISSING.txt", "".join(lost).encode(), datetime.now(UTC))


def _file_name(artifact: NodeArtifact) -> str:
    """A plain name on any system: no folders, no drives, no control characters, not all dots."""
    name = "".join("_" if letter in "/\\:" else letter for letter in artifact.name if letter.isprintable())
    return name if name.strip(". ") else "artifact"
