"""Page sizes: how large each page is, a broken one among them, and which are broken. Runs in the sandbox's child."""

from __future__ import annotations

import pypdfium2 as pdfium

from jobs.confined import RefusalError

NONE_READ = "None of the PDF's pages can be read: they are broken."

Size = tuple[float, float]


def page_sizes(document: pdfium.PdfDocument) -> tuple[list[Size], list[int]]:
    """Width and height of every page in points, and the numbers of those that are broken.

    A broken page is taken to be as large as the sound one before it, else as the first that is; RefusalError when none
    is.
    """
    known = [_size_of(document, index) for index in range(len(document))]
    last = next((size for size in known if size), None)
    if last is None:
        raise RefusalError(NONE_READ)
    sizes = []
    for size in known:
        last = size or last
        sizes.append(last)
    return sizes, [number for number, size in enumerate(known, 1) if not size]


def _size_of(document: pdfium.PdfDocument, index: int) -> Size | None:
    try:
        width, height = document.get_page_size(index)
    except pdfium.PdfiumError:
        return None
    return width, height
