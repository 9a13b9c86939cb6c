"""The pages: load, act, answer."""

from __future__ import annotations

from flask import Flask

from dashboard import filters
from dashboard.views import (
    answers,
    artifacts,
    attention,
    audit_trail,
    bulk,
    bundles,
    cohort_actions,
    cohorts,
    comparisons,
    dealings,
    door,
    errors,
    frame,
    headers,
    health,
    holds,
    invitations,
    logs,
    members,
    neighbours,
    new_runs,
    nodes,
    openid,
    ops,
    pages,
    paper_starts,
    papers,
    profile,
    resets,
    retries,
    rubrics,
    rulings,
    run_actions,
    runs,
    saved_views,
    second_factor,
    second_step,
    security_settings,
    sign_in,
    site,
    team_model,
    tokens,
    uploads,
    workflows,
)

NOUNS = (
    artifacts,
    attention,
    audit_trail,
    bulk,
    bundles,
    cohort_actions,
    cohorts,
    comparisons,
    dealings,
    health,
    answers,
    holds,
    invitations,
    logs,
    members,
    neighbours,
    new_runs,
    nodes,
    openid,
    ops,
    pages,
    paper_starts,
    papers,
    profile,
    resets,
    retries,
    rubrics,
    rulings,
    run_actions,
    runs,
    saved_views,
    second_factor,
    second_step,
    security_settings,
    sign_in,
    site,
    team_model,
    tokens,
    uploads,
    workflows,
)


def init_app(app: Flask) -> None:
    """Give the application its pages, filters, headers, error pages and the door."""
    for noun in NOUNS:
        app.register_blueprint(noun.pages)
    for part in (filters, errors, headers, bundles, frame, door, openid):
        part.init_app(app)
