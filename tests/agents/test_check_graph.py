"""Whoever assesses, nothing is met without words that stand in the paper."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from dashboard.judging.question import Assessor
from dashboard.judging.rules import RulesAssessor
from jobs.agents.check_graph import MOST_REPAIRS, Bench, check_graph
from tests.agents.scripted import OnePage, Scripted, by_key, criterion, met, quote

TRUE = quote("We use seed 7.")
INVENTED = quote("We release everything.")


def verdicts_of(assessor: Assessor, *names: str) -> dict[str, Any]:
    """The graph's verdicts by criterion key."""
    criteria = by_key(*(criterion(name) for name in names))
    graph = check_graph().compile(checkpointer=InMemorySaver())
    bench = Bench(criteria, OnePage(), assessor)
    ended = graph.invoke({"keys": list(criteria)}, {"configurable": {"thread_id": "1:1"}}, context=bench)
    verdicts: dict[str, Any] = ended["verdicts"]
    return verdicts


def test_a_true_quote_is_verified_and_met() -> None:
    verdict = verdicts_of(Scripted(lambda key: met(key, TRUE)), "seed")["own/seed"]
    assert (verdict["answer"], [q["verified"] for q in verdict["quotes"]]) == ("met", [True])


def test_every_criterion_is_asked_once_and_answered() -> None:
    assessor = Scripted(lambda key: met(key, TRUE))
    names = [f"c{number}" for number in range(20)]
    assert set(verdicts_of(assessor, *names)) == {f"own/{name}" for name in names}
    assert sorted(assessor.asked) == sorted(f"own/{name}" for name in names)


def test_an_invented_quote_is_objected_to_twice_and_earns_nothing() -> None:
    assessor = Scripted(lambda key: met(key, INVENTED), [met("own/seed", INVENTED)])
    verdict = verdicts_of(assessor, "seed")["own/seed"]
    assert len(assessor.objections) == MOST_REPAIRS
    assert (verdict["answer"], verdict["quotes"]) == ("not_assessed", ())


def test_a_repair_with_a_true_quote_is_met() -> None:
    assessor = Scripted(lambda key: met(key, INVENTED), [met("own/seed", INVENTED), met("own/seed", TRUE)])
    verdict = verdicts_of(assessor, "seed")["own/seed"]
    assert (verdict["answer"], [q["text"] for q in verdict["quotes"]]) == ("met", [TRUE.text])


def test_an_invented_quote_beside_a_true_one_is_dropped() -> None:
    both = met("own/seed", TRUE, INVENTED)
    verdict = verdicts_of(Scripted(lambda _key: both, [both]), "seed")["own/seed"]
    assert (verdict["answer"], [q["text"] for q in verdict["quotes"]]) == ("met", [TRUE.text])


def test_a_met_without_any_evidence_is_not_assessed() -> None:
    assert verdicts_of(Scripted(met), "seed")["own/seed"]["answer"] == "not_assessed"


def test_a_graph_without_criteria_ends_without_verdicts() -> None:
    assert verdicts_of(Scripted(met)) == {}


def test_rules_that_cite_words_the_paper_lacks_do_not_count_them() -> None:
    criteria = by_key(criterion())
    graph = check_graph().compile(checkpointer=InMemorySaver())
    bench = Bench(criteria, OnePage(text="Other words altogether."), RulesAssessor())
    ended = graph.invoke({"keys": ["own/seed"]}, {"configurable": {"thread_id": "1:1"}}, context=bench)
    assert ended["verdicts"]["own/seed"]["answer"] == "not_assessed"
