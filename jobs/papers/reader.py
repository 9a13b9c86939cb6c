"""What the sandbox's child does with a PDF: look at it, take its text, screen it. Called by name, never imported."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pypdfium2

from jobs.confined import RefusalError
from jobs.papers.extraction import extract as extract_document
from jobs.papers.hidden import hidden_on
from jobs.papers.notes import orders_in_comments, orders_in_metadata
from jobs.papers.page_sizes import page_sizes
from jobs.papers.pdfium import BrokenPageError, count_characters, opened, page_of

MAX_PAGES = 2000
MAX_CHARACTERS = 10_000_000  # Five thousand a page of the longest paper: what comes after holds all of them at once.
_ENOUGH_TEXT = 20  # Characters a page, on average: fewer is a scan with at most a stamp or page numbers.
_LOOKED_AT = 40  # Pages judged for a text layer: enough, and a scanned book stays quick.


def count(folder: Path, path: str) -> int:
    """How many pages there are."""
    with opened(path) as document:
        return len(document)


def inspect(folder: Path, path: str, leave_out: Sequence[int] = ()) -> dict[str, Any]:
    """Page sizes, metadata, which pages are broken, whether it is encrypted and whether it has a text layer."""
    with opened(path) as document:
        pages = len(document)
        _refuse_odd_lengths(pages)
        sizes, found = page_sizes(document)
        broken = sorted({*found, *leave_out})
        looked_at = list(islice((index for index in range(pages) if index + 1 not in broken), _LOOKED_AT))
        characters = sum(_count_characters(document, index) for index in looked_at)
        has_text = characters >= _ENOUGH_TEXT * len(looked_at)
        metadata = {name: _plain(value) for name, value in document.get_metadata_dict(skip_empty=True).items()}
        return {
            "pages": pages,
            "page_sizes": [[round(side, 1) for side in size] for size in sizes],
            "unreadable_pages": broken,
            "title": metadata.get("Title", ""),
            "authors": metadata.get("Author", ""),
            "metadata": metadata,
            "encrypted": _is_encrypted(document),
            "has_text_layer": has_text,
            "scanned": not has_text,
        }


def extract(
    folder: Path, path: str, tables: dict[str, str] | None = None, leave_out: Sequence[int] = ()
) -> dict[str, Any]:
    """Leaves the Document as `text.json`. `tables` are what OCR read on pages without text, by page number.

    The pages to `leave_out` are taken for broken, here as in the other readers.
    """
    with opened(path) as pdf:
        _refuse_odd_lengths(len(pdf))
        document = extract_document(pdf, {int(number): table for number, table in (tables or {}).items()}, leave_out)
        if sum(len(page.text) for page in document.pages) > MAX_CHARACTERS:
            raise RefusalError(f"The PDF holds more text than is read: over {MAX_CHARACTERS:,} characters.")
        with (folder / "text.json").open("w", encoding="utf-8", errors="surrogatepass") as stored:
            stored.writelines(document.json_parts())
        return {}


def screen(folder: Path, path: str, leave_out: Sequence[int] = ()) -> list[dict[str, Any]]:
    """Every run of text a reader would not see, with the reason; a broken page shows nobody anything."""
    found: list[dict[str, Any]] = []
    with opened(path) as document:
        found += orders_in_metadata(document)
        for index in (index for index in range(len(document)) if index + 1 not in leave_out):
            with suppress(BrokenPageError), page_of(document, index) as page:
                found += [{"page": index + 1, **run} for run in (*hidden_on(page), *orders_in_comments(page))]
    return found


def _refuse_odd_lengths(pages: int) -> None:
    if pages == 0:
        raise RefusalError("The PDF has no pages.")
    if pages > MAX_PAGES:
        raise RefusalError(f"The PDF has {pages} pages; at most {MAX_PAGES} are read.")


def _count_characters(document: pypdfium2.PdfDocument, index: int) -> int:
    with suppress(BrokenPageError), page_of(document, index) as page:
        return count_characters(page)
    return 0


def _is_encrypted(document: pypdfium2.PdfDocument) -> bool:
    return bool(pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document.raw) >= 0)


def _plain(value: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())[:1000]
