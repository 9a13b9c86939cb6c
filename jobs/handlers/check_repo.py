"""check_repo: static facts about the fetched repository, each with the lines that show it."""

from __future__ import annotations

from typing import Any

from jobs.context import NodeContext
from jobs.registry import handler
from jobs.repositories.facts import Fact, all_facts
from jobs.repositories.snapshot import snapshot_from

_MOST_PLACES = 50
_PLACES_IN_OUTPUT = 3  # An output is a few KB; the artifact holds the rest.


@handler("check_repo", version="2")
def check_repo(context: NodeContext) -> dict[str, Any]:
    """Read the snapshot fetch_repo left and state the facts; none where nothing was fetched."""
    fetched = context.output_of("fetch_repo")
    facts: dict[str, Fact] = {}
    if fetched.get("found"):
        snapshot = snapshot_from(context.read_json("fetch_repo", "repository.json"))
        facts = all_facts(snapshot)
        context.log(f"{len(facts)} facts about {len(snapshot.files)} files")
    else:
        context.log("There is no repository to check.", "warning")
    reason = fetched.get("reason", "")
    context.json_artifact("repo_facts.json", _result(facts, reason, _MOST_PLACES))
    return _result(facts, reason, _PLACES_IN_OUTPUT)


def _result(facts: dict[str, Fact], reason: str, most_places: int) -> dict[str, Any]:
    stated = {name: fact.to_json(most_places) for name, fact in facts.items()}
    return {"found": bool(facts), "reason": reason, "facts": stated}
