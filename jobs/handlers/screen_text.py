"""screen_text: what the PDF holds that no reader would see, and what is addressed to a model."""

from __future__ import annotations

from typing import Any

from dashboard.judging.evidence import to_json
from jobs import sandbox
from jobs.context import NodeContext
from jobs.papers.document import Document
from jobs.papers.instructions import instructions_in, instructs
from jobs.registry import handler

_SHOWN = 500  # Characters of a hidden run kept in the output; the artifact has all.


@handler("screen_text")
def screen_text(context: NodeContext) -> dict[str, Any]:
    """Leaves `hidden_text.json`: hidden runs and instructions to models, in full."""
    path = str(context.paper.path.resolve())
    hidden = sandbox.run("jobs.papers.reader:screen", {"path": path}, "Screening the PDF").value
    document = Document.from_json(context.read_artifact("extract_text", "text.json"))
    visible = [
        {"page": found.quote.page, "text": found.quote.text, "words": found.words, "quote": to_json(found.quote)}
        for found in instructions_in(document)
    ]
    covert = [
        {"page": run["page"], "text": run["text"], "words": words}
        for run in hidden
        if (words := instructs(run["text"]))
    ]
    instructions = _marked(visible, covert)
    context.json_artifact("hidden_text.json", {"hidden": hidden, "instructions": instructions})
    for found in instructions:
        context.log(f"Page {found['page']}: words addressed to a language model: {found['words']!r}", "warning")
    context.log(f"{len(hidden)} runs of hidden text, {len(instructions)} instructions to models")
    return {"hidden": [{**run, "text": run["text"][:_SHOWN]} for run in hidden[:50]], "instructions": instructions[:20]}


def _marked(visible: list[dict[str, Any]], covert: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One list, each told hidden or not. Hidden text is mostly in the text layer too: it is listed once."""
    words = {(found["page"], found["words"]) for found in covert}
    shown = [{**found, "hidden": (found["page"], found["words"]) in words} for found in visible]
    known = {(found["page"], found["words"]) for found in visible}
    return shown + [{**found, "hidden": True} for found in covert if (found["page"], found["words"]) not in known]
