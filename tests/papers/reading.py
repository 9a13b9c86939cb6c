"""Everything the product does with a PDF's content, one after the other, in this process."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from jobs.papers import reader, rendering, scans
from jobs.papers.document import Document
from jobs.papers.evidence_rules import gather
from jobs.papers.instructions import instructions_in, instructs
from jobs.papers.language import guess_language
from jobs.papers.layer import layer_of
from jobs.papers.ownership import choose_repository
from jobs.papers.pdfium import BrokenPageError
from jobs.papers.title import paper_title

DRAWN = 2  # Pages: more of them say little more, and cost most of the time.


def read_all(folder: Path, path: Path) -> Document:
    """Inspect, draw, take the text, screen it, gather evidence and links; RefusalError where the product refuses."""
    facts = reader.inspect(folder, str(path))
    rendering.render(folder, str(path), 0, DRAWN)
    with suppress(BrokenPageError):  # Which leaves the other pages to be read.
        scans.picture(folder, str(path), 1)
    reader.extract(folder, str(path))
    hidden = reader.screen(folder, str(path))
    document = Document.from_json((folder / "text.json").read_bytes())
    assert len(layer_of(document)["pages"]) == len(document.pages) == facts["pages"]
    guess_language(document.text)
    title = paper_title(document, facts["title"])
    evidence = gather(document, title)
    choose_repository(document, list(evidence.links), title, facts["authors"])
    assert all(document.verify(finding.quote) for finding in evidence.findings)
    assert all(document.verify(found.quote) for found in instructions_in(document))
    assert all(isinstance(instructs(run["text"]), str) for run in hidden)
    return document


def read_alone(folder: Path, path: str) -> int:
    """In the sandbox's child: how many characters there are to read."""
    return len(read_all(folder, Path(path)).text)
