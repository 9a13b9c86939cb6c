"""Papers: the list, one with its runs, and its file."""

from __future__ import annotations

from typing import Any

from flask import Response

from dashboard.api import cursors, guard
from dashboard.api.description import answers
from dashboard.api.shapes.papers import Paper, PaperListed, Papers, PapersAsked
from dashboard.api.shapes.runs import Run
from dashboard.reads import paper_filter, paper_list
from dashboard.reads import runs as run_lists
from dashboard.reads.paper_filter import PaperFilter
from dashboard.views import access
from dashboard.views import papers as paper_pages

routes = guard.noun("papers")


@routes.get("")
@answers(Papers)
def index(query: PapersAsked) -> Papers:
    """The team's papers."""
    narrowed = _narrowed(query)
    found = paper_list.page(access.team().id, narrowed, query.limit)
    items = [PaperListed.model_validate(row) for row in found.rows]
    return Papers(items=items, next=cursors.next_page(query, found.next_before))


@routes.get("/<int:paper_id>")
@answers(Paper)
def show(paper_id: int) -> Paper:
    """A paper with its last runs."""
    paper = access.paper(paper_id)
    runs = [Run.model_validate(row) for row in run_lists.of_paper(paper.id)]
    own = {name: getattr(paper, name) for name in Paper.model_fields if name != "runs"}
    return Paper(**own, runs=runs)


@routes.get("/<int:paper_id>/file")
@answers(file="application/pdf")
def file(paper_id: int) -> Response:
    """The PDF as it was uploaded."""
    return paper_pages.download(paper_id)


def _narrowed(query: PapersAsked) -> PaperFilter:
    order = "" if query.order == "newest" else query.order
    sent: dict[str, Any] = {"q": query.q, "state": query.state or "", "order": order, "before": cursors.key_of(query)}
    return paper_filter.from_sent(sent)
