"""screen_text: what the PDF holds that no reader would see, and what is addressed to a model."""

from __future__ import annotations

from typing import Any

from dashboard.judging.evidence import to_json
from jobs.context import NodeContext
from jobs.papers.document import Document
from jobs.papers.instructions import instructions_in, instructs
from jobs.papers.sparing import Reader, read_sparing
from jobs.registry import handler

_SHOWN = 500  # Characters of a hidden run kept in the output; the artifact has all.


@handler("screen_text", version="3")
def screen_text(context: NodeContext) -> dict[str, Any]:
    """Leaves `hidden_text.json`, in full: `instructions` are hidden from readers, `quoted` ones are printed for all."""
    document = Document.from_json(context.read_artifact("extract_text", "text.json"))
    reader = Reader("screen", {"path": str(context.paper.path.resolve())}, "Screening the PDF")
    hidden = read_sparing(reader, [page.number for page in document.pages if page.note]).value
    orders = [
        {"page": run["page"], "text": run["text"], "words": said, "reason": run["reason"], "hidden": True}
        for run in hidden
        if (said := instructs(run["text"]))
    ]
    quoted = _quoted(document, {(order["page"], order["words"]) for order in orders})
    context.json_artifact("hidden_text.json", {"hidden": hidden, "instructions": orders, "quoted": quoted})
    for order in orders:
        context.log(f"Page {order['page']}: hidden words addressed to a language model: {order['words']!r}", "warning")
    context.log(f"{len(hidden)} runs of hidden text, {len(orders)} hidden instructions, {len(quoted)} in plain sight")
    shown = [{**run, "text": run["text"][:_SHOWN]} for run in hidden[:50]]
    return {"hidden": shown, "instructions": orders[:20], "quoted": quoted[:20]}


def _quoted(document: Document, hidden: set[tuple[int, str]]) -> list[dict[str, Any]]:
    """Such words where every reader sees them, as papers about models print them. Hidden text is in the layer too."""
    return [
        {"page": found.quote.page, "text": found.quote.text, "words": found.words, "quote": to_json(found.quote)}
        for found in instructions_in(document)
        if (found.quote.page, found.words) not in hidden
    ]
