"""The interface for programs: the verbs of the pages at /api/v1, over the same engine and the same reads."""

from __future__ import annotations

from flask import Flask

from dashboard.api import (
    artifacts,
    bulk,
    cohort_changes,
    cohorts,
    description,
    docs,
    node_actions,
    nodes,
    papers,
    run_actions,
    runs,
    scores,
    token,
    uploads,
    workflows,
)

NOUNS = (
    token, papers, uploads, runs, run_actions, nodes, node_actions, artifacts, scores, workflows, cohorts,
    cohort_changes, bulk,
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Give the application its addresses for programs, and their description."""
    for noun in NOUNS:
        app.register_blueprint(noun.routes)
    app.register_blueprint(description.routes)
    app.register_blueprint(docs.pages)
