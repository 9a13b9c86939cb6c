"""Files somebody may send as a paper or as a conference of papers, by name, with what the door says of each.

What a PDF does to its reader is another matter: `papers/test_fuzz.py`, `papers/test_large.py`.
"""

from __future__ import annotations

import zipfile
from io import BytesIO

from tests.factories import SMALLEST_PDF

NO_PDF = "is not a PDF: it does not begin with %PDF-."
MARKUP = b"<!doctype html><script>alert(1)</script>"


def packed(*entries: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of those entries, under names as they are given."""
    place = BytesIO()
    with zipfile.ZipFile(place, "w", packing) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return place.getvalue()


# name: (content, what the door says)
REFUSED = {
    "empty.pdf": (b"", "is empty"),
    "words.pdf": (b"only words", NO_PDF),
    "program.pdf": (b"MZ\x90\0" + bytes(64), NO_PDF),
    "page.html": (MARKUP, NO_PDF),
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", NO_PDF),
    "torn.zip": (packed(("a.pdf", SMALLEST_PDF))[:40], "zip"),
}
# name: (entries, the fates of its files in order)
ZIPS = {
    "names that climb": (
        [("../../climbed.pdf", SMALLEST_PDF), ("/etc/rooted.pdf", SMALLEST_PDF + b"1")],
        ["ADDED"] * 2,
    ),
    "names of another system": ([("..\\..\\climbed.pdf", SMALLEST_PDF)], ["ADDED"]),
    "a zip within": ([("inner.zip", packed(("a.pdf", SMALLEST_PDF)))], ["REFUSED"]),
    "a bomb": ([("bomb.pdf", SMALLEST_PDF + bytes(64 << 20)), ("good.pdf", SMALLEST_PDF)], ["REFUSED", "ADDED"]),
    "a page for a paper": ([("page.pdf", MARKUP)], ["REFUSED"]),
}
# Two things at once. Readers of PDFs look for the signature in the first kilobyte, so anything may stand before it.
POLYGLOTS = {
    "a page that goes on as a PDF": MARKUP + SMALLEST_PDF,
    "a PDF that goes on as a page": SMALLEST_PDF + MARKUP,
    "a PDF that goes on as a zip": SMALLEST_PDF + packed(("inner.pdf", SMALLEST_PDF + b"2")),
}
