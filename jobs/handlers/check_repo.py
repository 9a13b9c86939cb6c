"""check_repo: static facts about the fetched repository, each with the lines that show it."""

from __future__ import annotations

from typing import Any

from jobs.context import NodeContext
from jobs.registry import handler
from jobs.repositories.facts import all_facts
from jobs.repositories.snapshot import snapshot_from


@handler("check_repo")
def check_repo(context: NodeContext) -> dict[str, Any]:
    """Read the snapshot fetch_repo left and state the facts; none where nothing was fetched."""
    fetched = context.output_of("fetch_repo")
    if not fetched.get("found"):
        facts: dict[str, Any] = {}
        context.log("There is no repository to check.", "warning")
    else:
        snapshot = snapshot_from(context.read_json("fetch_repo", "repository.json"))
        facts = {name: fact.to_json() for name, fact in all_facts(snapshot).items()}
        context.log(f"{len(facts)} facts about {len(snapshot.files)} files")
    result = {"found": bool(facts), "reason": fetched.get("reason", ""), "facts": facts}
    context.json_artifact("repo_facts.json", result)
    return result
