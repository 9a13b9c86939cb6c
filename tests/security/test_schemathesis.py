"""The contract: whatever is asked, as the description has it or against it, no server error and no answer beyond it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from dashboard.engine import bulk, cohorts
from dashboard.engine.bulk import Verb
from dashboard.extensions import db, limiter
from dashboard.models import Team
from tests import factories
from tests.api.conftest import BASE, Hire
from tests.api.conftest import failed as failed
from tests.api.conftest import hire as hire
from tests.engine.judged_runs import judged_run
from tests.views.conftest import Lab, artifact_ids

EXAMPLES = 6  # of each operation and mode
WITHIN_THE_DESCRIPTION = [
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance,
]  # fmt: skip
BOUNDED = settings(
    max_examples=EXAMPLES, database=None, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip

pytestmark = pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)


@pytest.fixture
def places(app: Flask, lab: Lab, finished: int, failed: int) -> dict[str, Any]:
    """What the addresses may name, so that they lead somewhere."""
    with app.app_context():
        cohort_id = cohorts.create(lab.team_id, "A venue", "", None)
        doomed = cohorts.create(lab.team_id, "A venue that goes", "", None)
        bulk_id = bulk.create(lab.team_id, Verb.RERUN, [finished], {}, None)
        judged = judged_run(factories.paper(db.session.get(Team, lab.team_id)))
    return {"paper_id": lab.paper_id, "run_id": finished, "node_id": "second", "cohort_id": cohort_id,
            "bulk_id": bulk_id, "artifact_id": artifact_ids(app, finished)["report.json"], "name": lab.workflow,
            "version": 1, "ruling_id": 1, "judged": judged, "failed": failed,
            "doomed": doomed}  # fmt: skip


@pytest.fixture
def described(app: Flask, monkeypatch: pytest.MonkeyPatch) -> BaseSchema:
    """The description as programs get it. More is asked here in a minute than any token may."""
    monkeypatch.setattr(limiter, "enabled", False)
    return openapi.from_wsgi(f"{BASE}/openapi.json", app)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_within_the_description(
    described: BaseSchema, places: dict[str, Any], hire: Hire, lab: Lab, mode: GenerationMode
) -> None:
    token = hire(lab, "admin", "admin").token
    operations = [found.ok() for found in described.get_all_operations()]
    answered = {operation.label: ask(operation, places, mode, token) for operation in operations}
    assert len(answered) > 40
    if mode.is_positive:
        assert [label for label, codes in answered.items() if label.startswith("GET") and 200 not in codes] == []


def ask(operation: APIOperation, places: dict[str, Any], mode: GenerationMode, token: str) -> set[int]:
    """Ask in many ways, each answered as described, for what is there unless ids are to be wrong as well; the codes."""
    named = {part.name: places[_place(operation, part.name)] for part in operation.path_parameters}
    strategy = operation.as_strategy(mode, path_parameters=named if mode.is_positive else None)
    codes, headers = set(), {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}

    @BOUNDED
    @given(case=strategy)
    def each(case: Case) -> None:
        answer = case.call(headers=headers, buffered=True)
        case.validate_response(answer, checks=WITHIN_THE_DESCRIPTION)
        codes.add(answer.status_code)

    each()
    return codes


def _place(operation: APIOperation, name: str) -> str:
    """Scores are of a run that was judged, what is to be retried failed, and what goes is asked for by nothing else."""
    if operation.path.endswith("{cohort_id}/delete"):
        return "doomed"
    if name == "run_id" and operation.path.endswith(("scores", "rulings")):
        return "judged"
    return "failed" if name == "run_id" and operation.path.endswith("retry") else name
