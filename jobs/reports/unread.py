"""What a report says of pages that could not be read as print: broken ones, pictures read by OCR or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from jobs.context import NodeContext
from jobs.papers.naming import pages_named


def told_of_pages(context: NodeContext) -> Iterator[tuple[bool, str]]:
    """Sentences, each with whether it holds for this run."""
    extracted = context.output_of("extract_text")
    broken = extracted.get("unreadable_pages", ())
    yield bool(broken), f"{pages_named(broken).capitalize()} could not be read: the PDF is broken there."
    of, read, unread = (extracted.get(name, 0) for name in ("pages", "ocr_pages", "unread_pages"))
    yield read > 0, f"Read by OCR; words may be wrong: {read} of {of} pages have no text layer."
    because = extracted.get("unread_because")
    yield unread > 0, f"Not read: {unread} of {of} pages have no text layer ({because})."
    without_words = bool(context.output_of("ingest_pdf").get("scanned")) and not extracted.get("characters")
    yield without_words, "The PDF is a scan: what needs its text is not assessed."
