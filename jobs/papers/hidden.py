"""Hidden text: what a PDF holds for programs and shows no reader. Runs in the sandbox's child."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

from dashboard.judging.evidence import Box
from jobs.papers.frame import Frame
from jobs.papers.pdfium import frame_of

Matrix = tuple[float, float, float, float, float, float]

_DEPTH = 6
_TINY = 2.0  # Points: below this nobody reads it on paper.
_NEAR_WHITE = 245
_INVISIBLE_MODES = {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}
_TOO_SHORT = 4  # Letters: a stray white space or figure label is no message.


class _Placed(NamedTuple):
    """An object of the page with its area in the page's own space, whatever forms it is nested in."""

    item: Any
    area: Box
    scale: float


def hidden_on(page: pypdfium2.PdfPage) -> list[dict[str, Any]]:
    """Runs of unseen text on a page: `{text, reason, boxes}`, neighbours with one reason joined."""
    frame, text_page = frame_of(page), page.get_textpage()
    grounds: list[Box] = []
    scan = False
    runs: list[dict[str, Any]] = []
    for placed in _objects(page):
        kind = placed.item.type
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            reason = _why_hidden(placed, frame, grounds, scan)
            if reason:
                _add(runs, _text_of(placed.item, text_page), reason, frame.to_view(placed.area))
            continue
        scan = scan or (kind == raw.FPDF_PAGEOBJ_IMAGE and _covers(placed.area, frame))
        if kind != raw.FPDF_PAGEOBJ_PATH or _is_dark_fill(placed.item):
            grounds.append(placed.area)
    text_page.close()
    return [run for run in runs if sum(sign.isalpha() for sign in run["text"]) >= _TOO_SHORT]


def _objects(page: pypdfium2.PdfPage) -> Iterator[_Placed]:
    """Every object in drawing order. Objects of a form carry the form's own coordinates: its matrix is applied."""
    nested: list[tuple[int, Matrix]] = [(-1, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))]
    for item in page.get_objects(max_depth=_DEPTH):
        while nested[-1][0] >= item.level:
            nested.pop()
        matrix = nested[-1][1]
        if item.type == raw.FPDF_PAGEOBJ_FORM:
            nested.append((item.level, _times(_matrix_of(item), matrix)))
            continue
        yield _Placed(item, _apply(matrix, _bounds(item)), (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5)


def _why_hidden(placed: _Placed, frame: Frame, grounds: list[Box], scan: bool) -> str:
    left, top, right, bottom = placed.area
    beside = right < frame.left or left > frame.left + frame.width
    if beside or top < frame.bottom or bottom > frame.bottom + frame.height:
        return "off the page"
    mode = raw.FPDFTextObj_GetTextRenderMode(placed.item.raw)
    if mode in _INVISIBLE_MODES:
        return "" if scan else "drawn invisibly"  # Over a scanned page invisible text is the OCR layer.
    if _type_size(placed.item) * placed.scale < _TINY:
        return f"set smaller than {_TINY:g} points"
    if _is_white(placed.item, mode) and not any(_overlap(placed.area, ground) for ground in grounds):
        return "white on white"
    return ""


def _matrix_of(item: Any) -> Matrix:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item.raw, ctypes.byref(matrix))
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = two
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _apply(matrix: Matrix, box: Box) -> Box:
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    across, up = zip(*corners, strict=True)
    return min(across), max(up), max(across), min(up)


def _type_size(item: Any) -> float:
    size = ctypes.c_float(0)
    raw.FPDFTextObj_GetFontSize(item.raw, ctypes.byref(size))
    _, _, c, d, _, _ = _matrix_of(item)
    return float(abs(size.value) * (c**2 + d**2) ** 0.5)


def _is_white(item: Any, mode: int) -> bool:
    read = raw.FPDFPageObj_GetStrokeColor if mode == raw.FPDF_TEXTRENDERMODE_STROKE else raw.FPDFPageObj_GetFillColor
    colour = _colour(read, item)
    return colour is not None and (min(colour[:3]) >= _NEAR_WHITE or colour[3] < 8)


def _is_dark_fill(item: Any) -> bool:
    fill, stroke = ctypes.c_int(0), ctypes.c_int(0)
    raw.FPDFPath_GetDrawMode(item.raw, ctypes.byref(fill), ctypes.byref(stroke))
    colour = _colour(raw.FPDFPageObj_GetFillColor, item) if fill.value else None
    return colour is not None and min(colour[:3]) < _NEAR_WHITE and colour[3] > 8


def _colour(read: Any, item: Any) -> tuple[int, int, int, int] | None:
    red, green, blue, alpha = (ctypes.c_uint(0) for _ in range(4))
    found = read(item.raw, ctypes.byref(red), ctypes.byref(green), ctypes.byref(blue), ctypes.byref(alpha))
    return (red.value, green.value, blue.value, alpha.value) if found else None


def _bounds(item: Any) -> Box:
    left, bottom, right, top = (ctypes.c_float(0) for _ in range(4))
    raw.FPDFPageObj_GetBounds(
        item.raw, ctypes.byref(left), ctypes.byref(bottom), ctypes.byref(right), ctypes.byref(top)
    )
    return left.value, top.value, right.value, bottom.value


def _covers(area: Box, frame: Frame) -> bool:
    return (area[2] - area[0]) * (area[1] - area[3]) > 0.7 * frame.width * frame.height


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[3] < other[1] and other[3] < one[1]


def _add(runs: list[dict[str, Any]], text: str, reason: str, area: Box) -> None:
    box = [round(side, 1) for side in area]
    if runs and runs[-1]["reason"] == reason:
        runs[-1]["text"] += " " + text
        runs[-1]["boxes"].append(box)
    elif text.strip():
        runs.append({"text": text, "reason": reason, "boxes": [box]})


def _text_of(item: Any, text_page: Any) -> str:
    length = raw.FPDFTextObj_GetText(item.raw, text_page.raw, None, 0)
    buffer = ctypes.create_string_buffer(2 * length + 2)
    raw.FPDFTextObj_GetText(item.raw, text_page.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw[:length].decode("utf-16-le", "replace").rstrip("\x00")
