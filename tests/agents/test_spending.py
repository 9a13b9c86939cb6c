"""What a run spends on its model: told by node and criterion, known to the next attempt, never past the cap."""

from __future__ import annotations

import pytest

from dashboard.engine.errors import TransientError
from tests.agents import scripts
from tests.agents.model_server import Asked, Turn
from tests.agents.reading import Endpoint, assessed, begun, outcome
from tests.handlers.conftest import Chain


def test_a_spending_cap_stops_cleanly(good_paper: Chain, endpoint: Endpoint) -> None:
    with endpoint(scripts.honest, run_cap="30000 tokens") as server:
        found = assessed(good_paper, ["pineau", "neurips"])
    answers = [verdict["answer"] for verdict in found.verdicts().values()]
    assert 0 < answers.count("met") == len(server.asked) < len(answers)
    assert all("spending cap of 30,000 tokens" in v["reason"] for v in found.verdicts().values() if not v["quotes"])
    assert found.output["usage"]["tokens"] == 990 * len(server.asked) <= 30000


def test_what_an_attempt_spent_before_it_failed_counts_for_the_next(good_paper: Chain, endpoint: Endpoint) -> None:
    chain = begun(good_paper, ["pineau"])
    seen: list[Asked] = []

    def failing_late(asked: Asked) -> Turn:
        seen.append(asked)
        return scripts.FAILING if len(seen) > 6 else scripts.honest(asked)

    with endpoint(failing_late, parallel="1"), pytest.raises(TransientError, match="answered 500"):
        chain.run("ai_checks_pdf")
    with endpoint(scripts.honest) as server:
        chain.run("ai_checks_pdf")
    found = outcome(chain)
    assert len(server.asked) == len(found.verdicts()) - 6
    assert found.output["usage"]["tokens"] == 990 * len(found.verdicts())


def test_answers_that_were_lost_count_in_full_for_the_next_attempt(good_paper: Chain, endpoint: Endpoint) -> None:
    chain = begun(good_paper, ["pineau"])
    losing = endpoint(scripts.always(scripts.CUT), run_cap="50000 tokens", parallel="1")
    with losing, pytest.raises(TransientError, match="could not be reached"):
        chain.run("ai_checks_pdf")
    with endpoint(scripts.honest, run_cap="50000 tokens") as server:
        chain.run("ai_checks_pdf")
    found = outcome(chain)
    capped = [verdict for verdict in found.verdicts().values() if "spending cap" in verdict["reason"]]
    assert len(server.asked) + len(capped) == len(found.verdicts()) and capped
    assert found.output["usage"]["unmeasured"] == 5
    assert 990 * len(server.asked) < found.output["usage"]["run"]["tokens"] <= 50000


def test_usage_is_told_by_node_by_criterion_and_by_call(good_paper: Chain, endpoint: Endpoint) -> None:
    with endpoint(scripts.honest, price_in="1", price_out="10"):
        found = assessed(good_paper, ["pineau"])
    used, each = found.output["usage"], found.artifact["usage"]["criteria"]
    assert used["calls"] == len(each) == len(found.verdicts())
    assert used["cost"] == pytest.approx(len(each) * (900 + 900) / 1e6)
    assert used["seconds"] > 0 and "criteria" not in used
    assert each["pineau/metrics"]["tokens"] == 990
    (call,) = each["pineau/metrics"]["each"]
    assert (call["tokens_in"], call["tokens_out"], call["cost"]) == (900, 90, 0.0018) and call["seconds"] > 0
