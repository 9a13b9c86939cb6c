"""ai_checks_pdf: the criteria about the paper, each answered with quotes that stand in it."""

from __future__ import annotations

from jobs.agents.checks import Checks, the_reader, what_counts
from jobs.agents.paper_source import paper_source
from jobs.context import NodeContext
from jobs.registry import Output, handler


@handler("ai_checks_pdf", version="3", sees=what_counts)
def ai_checks_pdf(context: NodeContext) -> Output:
    """Run the checks' graph against the paper's text."""
    with the_reader(context) as reader:
        return Checks("paper", paper_source, "verdicts_pdf.json", reader).execute(context)
