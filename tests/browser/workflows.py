"""Workflows to look at: one of two versions that is paused, and one of 300 nodes with a run of it."""

from __future__ import annotations

from typing import Any

from dashboard.engine import definitions, drafts, outcomes, pausing, runs
from dashboard.engine.claims import Wish, claim_next
from dashboard.engine.outcomes import Failure
from dashboard.engine.proposals import propose
from dashboard.models import Team
from tests.browser import by_hand

QUEUE = "shards"
SHARDS = [f"shard_{number:03d}" for number in range(298)]
FORM = {"type": "object", "properties": {"venue": {"enum": ["MICCAI", "MIDL"]}}, "required": ["venue"]}


def furnish(team: Team, by: int) -> dict[str, int]:
    """A run that waits for the paused one, and a run of the large one under way, by name."""
    _save("read check", "read-check")
    saved = _save("read judge check", "read-judge judge-check read-check", form=FORM, timeout_seconds=60)
    shape = {"nodes": [{"id": "read"}, {"id": "ask", "handler": "own-workflow/ask", "hold": "Look first"}]}
    drafts.save(propose("drafted", shape, "Asks what a team of its own wants to know."), by)
    pausing.pause("two_versions", "The repository host is down until noon.", by)
    paper = by_hand.paper(team, "A paper that waits")
    waits = runs.create_and_start(saved, paper.id, team.id, {"venue": "MIDL"}, by)
    return {"waits": waits, "many_nodes": _large(team, by)}


def _save(nodes: str, edges: str, form: dict[str, Any] | None = None, **settings: int) -> int:
    specs = [{"id": name, "queue": QUEUE, **(settings if name == "check" else {})} for name in nodes.split()]
    shape = {"nodes": specs, "edges": [edge.split("-") for edge in edges.split()]}
    return definitions.save("two_versions", shape, "Reads, then checks.", form).id


def _large(team: Team, by: int) -> int:
    names = ["begin", *SHARDS, "merge"]
    edges = [["begin", shard] for shard in SHARDS] + [[shard, "merge"] for shard in SHARDS]
    workflow = definitions.save("three_hundred", {"nodes": [{"id": n, "queue": QUEUE} for n in names], "edges": edges})
    run_id = runs.create_and_start(workflow.id, by_hand.paper(team, "A paper in shards").id, team.id, {}, by)
    for number in range(40):
        own = claim_next(Wish(QUEUE, "a worker of the test", 3600))
        assert own is not None
        if number == 20:
            outcomes.fail(own, Failure("ValueError", "this shard is empty", is_permanent=True))
        elif number < 38:
            outcomes.succeed(own, {})
    return run_id
