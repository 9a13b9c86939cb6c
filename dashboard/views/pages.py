"""A paper's pages: their pictures, and the words that lie over them. Both are called by what is in them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request, send_file

from dashboard.engine import artifacts
from dashboard.models import NodeArtifact
from dashboard.reads import pages as sheets
from dashboard.views import access, previews

pages = Blueprint("paper_pages", __name__, url_prefix="/papers/<int:paper_id>")


@pages.get("/pictures/<sha256>")
def picture(paper_id: int, sha256: str) -> Response:
    file = _file(paper_id, sha256)
    if file.media_type not in previews.IMAGES:
        abort(404)
    return send_file(artifacts.path_of(sha256), file.media_type)


@pages.get("/words/<sha256>")
def words(paper_id: int, sha256: str) -> str:
    """The text layer of `?page=`: nothing but its SVG, to be laid over the picture."""
    file = _file(paper_id, sha256)
    if file.name != sheets.LINES:
        abort(404)
    return render_template("partials/paper_words.html", layer=sheets.words(sha256, request.args.get("page", 0, int)))


def _file(paper_id: int, sha256: str) -> NodeArtifact:
    paper = access.paper(paper_id)
    return sheets.file_of(paper.id, sha256) or abort(404)
