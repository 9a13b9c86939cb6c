"""list_answers: what was asked before this node and what came of it, as a page to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jobs.context import NodeContext


def list_answers(context: NodeContext) -> dict[str, Any]:
    """Leaves `answers.md`."""
    answers = [output for output in context.upstream_outputs.values() if "answer" in output]
    context.artifact("answers.md", "\n".join(_lines(answers)), "text/markdown")
    context.log(f"{len(answers)} questions answered")
    return {"answers": {each["title"]: each["answer"] for each in answers}}


def _lines(answers: list[Mapping[str, Any]]) -> Iterator[str]:
    for each in answers:
        yield f"## {each['title']}: {each['answer'].replace('_', ' ')}\n"
        yield f"{each['reason']} ({each['by']})\n"
        yield from (f"> {quote['text']} (page {quote['page']})\n" for quote in each["quotes"])
