"""What a model cost stands on the page of the node that asked it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import claims, runs
from dashboard.engine.spending import Call, RunSpending, Usage
from dashboard.extensions import db
from tests import factories
from tests.views.conftest import WISH, Lab


@pytest.fixture
def asking(app: Flask, lab: Lab) -> str:
    """The address of a node that has asked a model twice."""
    with app.app_context():
        workflow = factories.definition(nodes=[{"id": "checks", "type": "langgraph"}])
        run_id = runs.create_and_start(workflow.id, lab.paper_id, lab.team_id, {}, None)
        claim = claims.claim_next(WISH)
        assert claim is not None
        spending = RunSpending(db.engine, run_id, lambda _connection: None)
        for name in ("one", "two"):
            spending.reserve(Call(name, claim.id, "neurips/claims", "openai:m", Usage(1000, 24, 1.5), 0.01))
    return f"/runs/{run_id}/nodes/checks"


def test_the_node_tells_calls_tokens_time_and_cost(member: FlaskClient, asking: str) -> None:
    page = member.get(f"{asking}?tab=attempts").text
    assert "Model: 2 calls, 2,048 tokens, cost 0.0200 US$, 3.0 s waited" in page
    assert "Whole run: 2 calls, 2,048 tokens, cost 0.0200 US$" in page


def test_the_team_sees_what_its_models_cost(member: FlaskClient, stranger: FlaskClient, asking: str) -> None:
    page = member.get("/settings/model").text
    assert "<code>openai:m</code>" in page and "2,000" in page and "0.0200 US$" in page
    assert "openai:m" not in stranger.get("/settings/model").text
