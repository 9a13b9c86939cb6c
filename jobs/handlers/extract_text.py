"""extract_text: the paper's words, each with its place on the page."""

from __future__ import annotations

from typing import Any

from jobs import sandbox
from jobs.context import NodeContext
from jobs.papers.document import Document
from jobs.papers.language import guess_language
from jobs.papers.layer import layer_of
from jobs.registry import handler


@handler("extract_text", version="2")
def extract_text(context: NodeContext) -> dict[str, Any]:
    """Leaves `text.json` (a Document), `text.txt` (pages parted by form feeds) and `lines.json` (the text layer)."""
    path = str(context.paper.path.resolve())
    stored = sandbox.run("jobs.papers.reader:extract", {"path": path}, "Taking the text from the PDF").files[
        "text.json"
    ]
    document = Document.from_json(stored)
    context.artifact("text.json", stored, "application/json")
    context.artifact("text.txt", document.text, "text/plain; charset=utf-8")
    context.json_artifact("lines.json", layer_of(document))
    characters = sum(len(page.text) for page in document.pages)
    context.log(f"{characters:,} characters on {len(document.pages)} pages, {len(document.sections)} sections")
    return {
        "pages": len(document.pages),
        "characters": characters,
        "sections": [vars(section) for section in document.sections],
        "language": guess_language(document.text),
    }
