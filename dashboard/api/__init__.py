"""The interface for programs: the verbs of the pages at /api/v1, over the same engine and the same reads."""

from __future__ import annotations

from flask import Flask

from dashboard.api import (
    artifacts,
    bulk,
    cohorts,
    description,
    docs,
    nodes,
    papers,
    run_actions,
    runs,
    scores,
    uploads,
    workflows,
)

NOUNS = (papers, uploads, runs, run_actions, nodes, artifacts, scores, workflows, cohorts, bulk)


def init_app(app: Flask) -> None:
    """Give the application its addresses for programs, and their description."""
    for noun in NOUNS:
        app.register_blueprint(noun.routes)
    app.register_blueprint(description.routes)
    app.register_blueprint(docs.pages)
