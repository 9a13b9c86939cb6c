"""ingest_pdf: is this a PDF that can be read, and what is it?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from dashboard.engine.errors import PermanentError
from jobs.context import NodeContext
from jobs.papers.naming import pages_named
from jobs.papers.sparing import Reader, read_sparing
from jobs.registry import handler

_HEADER_WITHIN = 1024  # Readers accept `%PDF-` anywhere in the first kilobyte.


@handler("ingest_pdf", version="3")
def ingest_pdf(context: NodeContext) -> dict[str, Any]:
    """Checksum, pages, metadata, whether there is a text layer. PermanentError when no page can be read."""
    path = context.paper.path
    _require_pdf(path)
    answer = read_sparing(Reader("inspect", {"path": str(path.resolve())}, "Reading the PDF"))
    found: dict[str, Any] = {"sha256": _sha256(path), "bytes": path.stat().st_size, **answer.value}
    context.log(f"{found['pages']} pages, {found['bytes']:,} bytes")
    if broken := found["unreadable_pages"]:
        context.log(f"Broken, and not read: {pages_named(broken)}.", "warning")
    if found["encrypted"]:
        context.log("The PDF is encrypted, but opens without a password.")
    if found["scanned"]:
        context.log("The pages have no text layer: a scan. Only OCR can have words from them.", "warning")
    return found


def _require_pdf(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(_HEADER_WITHIN)
    except OSError as error:
        raise PermanentError(f"The paper's file cannot be opened: {error.strerror}.") from error
    if not start:
        raise PermanentError("The file is empty.")
    if b"%PDF-" not in start:
        raise PermanentError("The file is not a PDF: it does not begin as one.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
