"""ai_checks_repo: the criteria about the repository, each answered with lines of its files at a commit."""

from __future__ import annotations

from jobs.agents.checks import Checks, the_reader, what_counts
from jobs.agents.repository_source import repository_source
from jobs.context import NodeContext
from jobs.registry import Output, handler


@handler("ai_checks_repo", version="3", sees=what_counts)
def ai_checks_repo(context: NodeContext) -> Output:
    """Run the checks' graph against the fetched repository."""
    with the_reader(context) as reader:
        return Checks("repository", repository_source, "verdicts_repo.json", reader).execute(context)
