"""Uploads: PDFs and zips of them, taken in file by file."""

from __future__ import annotations

from flask import request
from flask_login import current_user

from dashboard.api import guard, repeats
from dashboard.api.description import answers
from dashboard.api.shapes.papers import FileTaken, UploadAsked, UploadTold
from dashboard.engine import definitions, uploads
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.uploads import Terms
from dashboard.engine.zipped import MOST_FILES
from dashboard.views import access
from dashboard.views import uploads as upload_pages

routes = guard.noun("uploads", "papers")


@routes.url_value_preprocessor
def make_room(_endpoint: str | None, _values: object) -> None:
    """Before the body is read: whoever may enter may send whole conferences."""
    if current_user.is_authenticated:
        request.max_content_length = upload_pages.upload_limits().batch
        request.max_form_parts = MOST_FILES + upload_pages.MOST_FIELDS


@routes.post("")
@repeats.answered_once
@answers(UploadTold, 201)
def send(form: UploadAsked) -> tuple[UploadTold, int, dict[str, str]]:
    """Take in papers. Each file has a fate of its own: a bad one is named with the reason, and the others go on."""
    team, limits = access.team(access.Role.MEMBER), upload_pages.upload_limits()
    name = definitions.active(form.start).name if form.start else None
    cohort_id = access.cohort(form.cohort, access.Role.MEMBER).id if form.cohort else None
    terms = Terms(team.id, access.viewer().user.id, name, limits.paper, limits.batch)
    files = upload_pages.sent()
    if not files:
        raise InvalidInputError("files: none was sent.")
    upload_id = uploads.begin(team.id, terms.by)
    taken = [FileTaken.model_validate(one) for one in upload_pages.take_in(upload_id, files, terms, cohort_id)]
    return UploadTold(id=upload_id, files=taken), 201, {}
