"""PDFium, read in bulk: a page's characters, their boxes and its links. Loaded in the sandbox's child only."""

from __future__ import annotations

import ctypes
import re
from array import array
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from dashboard.judging.evidence import Box
from jobs.confined import RefusalError
from jobs.papers.frame import Frame

HYPHEN = "\ufffe"  # How PDFium writes a hyphen at a line end that may only be there for the line end.
_LONGEST_ADDRESS = 4096
_LOOKED_AT = 60  # Characters, spread over the page, that tell whether it can be read.
_HYPHEN_CODE = 2  # The same, as FPDFText_GetUnicode answers it.


def _plain(function: Any, *types: Any) -> Any:
    """The library function taking plain integers for pointers: several times faster than its typed binding.

    It keeps the interpreter's lock, for giving it back and forth would cost as much as these calls do.
    """
    return ctypes.PYFUNCTYPE(*types)(ctypes.cast(function, ctypes.c_void_p).value or 0)


# Its index is an int. Python hands a pointer over faster, and either goes by the same register.
_loose_box = _plain(raw.FPDFText_GetLooseCharBox, None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_unicode = _plain(raw.FPDFText_GetUnicode, ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
_is_unknown = _plain(raw.FPDFText_HasUnicodeMapError, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_font_name = _plain(
    raw.FPDFText_GetFontInfo,
    *(ctypes.c_ulong, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p),
)


class BrokenPageError(RefusalError):
    """One page cannot be read; the others may be."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Page {number} of the PDF is broken and cannot be read.")


@dataclass
class RawPage:
    """One page as PDFium has it: character i of `text` stands in `boxes[4 * i : 4 * i + 4]`.

    `frame` turns the page as it is shown, `reading` so that its text is upright. `handle` is 0 where the words were
    read from a picture.
    """

    frame: Frame
    reading: Frame
    text: str
    boxes: array[float]
    handle: int

    def is_bold(self, index: int) -> bool:
        """Whether the character is set in a bold face, told by the face's name (the weight is often missing)."""
        if not self.handle:
            return False
        _font_name(self.handle, index, _name_buffer, len(_name_buffer), None)
        return _names_bold_face(_name_buffer.value)


_name_buffer = ctypes.create_string_buffer(96)


@cache
def _names_bold_face(name: bytes) -> bool:
    return re.search(rb"bold|cmbx|medi|black|heavy|cmssbx|sfbx|-bd|demi", name, re.IGNORECASE) is not None


@contextmanager
def opened(path: str) -> Iterator[pdfium.PdfDocument]:
    """The PDF, with an empty password tried. RefusalError, in plain words, when it cannot be read."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise RefusalError(_why(error.err_code)) from error
    try:
        yield document
    finally:
        document.close()


@contextmanager
def page_of(document: pdfium.PdfDocument, index: int) -> Iterator[pdfium.PdfPage]:
    """One page, closed afterwards so that memory does not grow with the paper. BrokenPageError where PDFium fails."""
    try:
        page = document[index]
        try:
            yield page
        finally:
            page.close()
    except pdfium.PdfiumError as error:
        raise BrokenPageError(index + 1) from error


def frame_of(page: pdfium.PdfPage) -> Frame:
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right - left, top - bottom, page.get_rotation() % 360)


@contextmanager
def text_of(page: pdfium.PdfPage) -> Iterator[RawPage]:
    """The page's characters with their boxes."""
    text_page = page.get_textpage()
    try:
        handle, frame = _handle_of(text_page), frame_of(page)
        count = _count_legible(text_page, handle)
        yield RawPage(frame, frame, _characters(text_page, handle, count), _boxes(handle, count), handle)
    finally:
        text_page.close()


def count_characters(page: pdfium.PdfPage) -> int:
    """How many characters the page has that can be read."""
    text_page = page.get_textpage()
    try:
        return _count_legible(text_page, _handle_of(text_page))
    finally:
        text_page.close()


def _handle_of(text_page: pdfium.PdfTextPage) -> int:
    return ctypes.cast(text_page.raw, ctypes.c_void_p).value or 0


def _count_legible(text_page: pdfium.PdfTextPage, handle: int) -> int:
    """The number of characters; none where the file does not tell what most of its glyphs mean and PDFium guesses."""
    count = max(0, text_page.count_chars())
    looked_at = range(0, count, 1 + count // _LOOKED_AT)
    unknown = sum(answer == 1 for answer in map(_is_unknown, repeat(handle), looked_at))
    return 0 if unknown > 0.5 * len(looked_at) else count


def _boxes(handle: int, count: int) -> array[float]:
    boxes = array("f", bytes(16 * count))
    address, _ = boxes.buffer_info()
    deque(map(_loose_box, repeat(handle), range(count), range(address, address + 16 * count, 16)), maxlen=0)
    return boxes


def _characters(text_page: pdfium.PdfTextPage, handle: int, count: int) -> str:
    text = str(text_page.get_text_range(0, count)) if count else ""
    if len(text) == count:
        return text
    codes = map(_unicode, repeat(handle), range(count))  # Unmapped characters are missing from the bulk text.
    return "".join(HYPHEN if code == _HYPHEN_CODE else chr(code) if code < 0x110000 else "\ufffd" for code in codes)


def links_of(document: pdfium.PdfDocument, page: pdfium.PdfPage, frame: Frame) -> Iterator[tuple[str, Box]]:
    """Every link annotation that leads to an address, with its area as the page is shown."""
    position, link, area = ctypes.c_int(0), raw.FPDF_LINK(), raw.FS_RECTF()
    while raw.FPDFLink_Enumerate(page.raw, ctypes.byref(position), ctypes.byref(link)):
        url = _address(document, link)
        if url and raw.FPDFLink_GetAnnotRect(link, ctypes.byref(area)):
            yield url, frame.to_view((area.left, max(area.top, area.bottom), area.right, min(area.top, area.bottom)))


def _address(document: pdfium.PdfDocument, link: Any) -> str:
    action = raw.FPDFLink_GetAction(link)
    if raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
        return ""
    buffer = ctypes.create_string_buffer(_LONGEST_ADDRESS)
    raw.FPDFAction_GetURIPath(document.raw, action, buffer, _LONGEST_ADDRESS)  # Writes nothing where it is too short.
    return buffer.value.decode("utf-8", "replace").strip()


def _why(code: int | None) -> str:
    if code == raw.FPDF_ERR_PASSWORD:
        return "The PDF is encrypted and needs a password. Upload a copy without one."
    if code == raw.FPDF_ERR_SECURITY:
        return "The PDF is protected in a way that cannot be opened. Upload a copy without protection."
    return "The file is not a PDF that can be read: it is broken or cut short."
