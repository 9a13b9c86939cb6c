"""Pictures of a paper's pages: one small, crisp WebP each. Loaded in the sandbox's child only."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from jobs.confined import RefusalError
from jobs.papers.page_objects import holds_pictures
from jobs.papers.palette import in_few_colours
from jobs.papers.pdfium import opened, page_of

WIDTH = 1200
MOST_PIXELS = 4_000_000
LONGEST_SIDE = 16_383  # Pixels: what WebP can hold.
MOST_PIXELS_A_POINT = 4.0  # A stamp-sized page is not blown up beyond this.
SECONDS_A_PAGE = 4.0


def render(folder: Path, path: str, start: int, end: int) -> list[dict[str, Any]]:
    """Leaves `page-0001.webp` and on for the pages from `start` up to `end`, counted from 0.

    Returns for each `{number, image, pixels: [width, height], note}`; a page that cannot be drawn has a note only.
    """
    with opened(path) as document:
        return [_picture(folder, document, index) for index in range(start, min(end, len(document)))]


def _picture(folder: Path, document: pdfium.PdfDocument, index: int) -> dict[str, Any]:
    number, name = index + 1, f"page-{index + 1:04}.webp"
    try:
        with page_of(document, index) as page:
            image = _draw(page)
            _save(image, folder / name, is_photographic=holds_pictures(page))
    except (RefusalError, pdfium.PdfiumError, MemoryError) as error:
        return {"number": number, "image": None, "pixels": None, "note": str(error) or "The page is too large to draw."}
    return {"number": number, "image": name, "pixels": list(image.size), "note": ""}


def _draw(page: pdfium.PdfPage) -> Image.Image:
    """The page as it is shown: turned, cropped, with its annotations."""
    width, height = _size(*page.get_size())
    bitmap = pdfium.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR, rev_byteorder=True)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
        pause = _pause_after(SECONDS_A_PAGE)
        status = raw.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, width, height, 0, flags, pause)
        raw.FPDF_RenderPage_Close(page)
        if status == raw.FPDF_RENDER_TOBECONTINUED:
            raise RefusalError(f"Drawing the page took longer than {SECONDS_A_PAGE:g} s.")
        if status == raw.FPDF_RENDER_FAILED:
            raise RefusalError("The page cannot be drawn.")
        shown: Image.Image = bitmap.to_pil().copy()
        return shown
    finally:
        bitmap.close()


def _pause_after(seconds: float) -> Any:
    """PDFium's own way of being stopped: it asks now and then whether it should pause."""
    stop_at = time.monotonic() + seconds
    pause = raw.IFSDK_PAUSE(version=1)
    callback = type(pause.NeedToPauseNow)(lambda _: time.monotonic() > stop_at)
    pause.NeedToPauseNow = callback
    return pause


def _size(width: float, height: float) -> tuple[int, int]:
    """Pixels for a page of so many points."""
    if not (width >= 1 and height >= 1):
        raise RefusalError("The page has no area to show.")
    scale = min(WIDTH / width, LONGEST_SIDE / height, (MOST_PIXELS / width / height) ** 0.5, MOST_PIXELS_A_POINT)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _save(image: Image.Image, path: Path, is_photographic: bool) -> None:
    """Print keeps its edges in a few exact colours, at a third of the size; photographs keep their tones."""
    few = None if is_photographic else in_few_colours(image)
    if few is None:
        image.save(path, "WEBP", quality=30, method=2)
    else:
        few.save(path, "WEBP", lossless=True, quality=10, method=1)
