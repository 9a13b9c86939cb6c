"""Painting: what a page draws, piece by piece and in order: text, shapes and images, each with place and colour."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

from dashboard.judging.evidence import Box

Matrix = tuple[float, float, float, float, float, float]
Colour = tuple[int, int, int]

_DEPTH = 6
_SEEN_THROUGH = 8  # Of 255: what is painted thinner leaves no trace.


class Piece(NamedTuple):
    """An object with its area in the page's own space (left, top, right, bottom), whatever forms it is nested in."""

    item: Any
    area: Box
    scale: float

    @property
    def is_text(self) -> bool:
        return bool(self.item.type == raw.FPDF_PAGEOBJ_TEXT)

    @property
    def is_image(self) -> bool:
        return bool(self.item.type == raw.FPDF_PAGEOBJ_IMAGE)

    @property
    def is_path(self) -> bool:
        return bool(self.item.type == raw.FPDF_PAGEOBJ_PATH)

    @property
    def mode(self) -> int:
        """How the letters of a text are drawn: filled, outlined, not at all."""
        return int(raw.FPDFTextObj_GetTextRenderMode(self.item.raw))

    @property
    def type_size(self) -> float:
        size = ctypes.c_float(0)
        raw.FPDFTextObj_GetFontSize(self.item.raw, ctypes.byref(size))
        _, _, c, d, _, _ = _matrix_of(self.item)
        return float(abs(size.value) * (c**2 + d**2) ** 0.5) * self.scale

    def ink(self) -> Colour | None:
        """The colour a text is drawn in; None where that cannot be told."""
        outlined = self.mode == raw.FPDF_TEXTRENDERMODE_STROKE
        colour = _colour(raw.FPDFPageObj_GetStrokeColor if outlined else raw.FPDFPageObj_GetFillColor, self.item)
        return colour[:3] if colour else None

    def is_clear(self) -> bool:
        """Whether a text is painted too thinly to be seen."""
        outlined = self.mode == raw.FPDF_TEXTRENDERMODE_STROKE
        colour = _colour(raw.FPDFPageObj_GetStrokeColor if outlined else raw.FPDFPageObj_GetFillColor, self.item)
        return colour is not None and colour[3] < _SEEN_THROUGH

    def fill(self) -> Colour | None:
        """The colour a shape is filled with; None where it is not filled, or only thinly."""
        filled, outlined = ctypes.c_int(0), ctypes.c_int(0)
        raw.FPDFPath_GetDrawMode(self.item.raw, ctypes.byref(filled), ctypes.byref(outlined))
        colour = _colour(raw.FPDFPageObj_GetFillColor, self.item) if filled.value else None
        return colour[:3] if colour and colour[3] > _SEEN_THROUGH else None

    def hides_what_is_below(self) -> bool:
        """Whether nothing shows through: a filled shape or an image, with no transparency of its own."""
        if raw.FPDFPageObj_HasTransparency(self.item.raw):
            return False
        return _is_opaque_image(self.item) if self.is_image else self.fill() is not None


def pieces(page: pypdfium2.PdfPage) -> Iterator[Piece]:
    """Every object in drawing order. Objects of a form carry the form's own coordinates: its matrix is applied."""
    nested: list[tuple[int, Matrix]] = [(-1, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))]
    for item in page.get_objects(max_depth=_DEPTH):
        while nested[-1][0] >= item.level:
            nested.pop()
        matrix = nested[-1][1]
        if item.type == raw.FPDF_PAGEOBJ_FORM:
            nested.append((item.level, _times(_matrix_of(item), matrix)))
            continue
        yield Piece(item, _apply(matrix, _bounds(item)), (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5)


def _is_opaque_image(item: Any) -> bool:
    """Whether an image has no holes: its mask, if it has one, is seen only once it is drawn."""
    bitmap = item.get_bitmap(render=True)
    if bitmap.format != raw.FPDFBitmap_BGRA:
        return True
    alpha = memoryview(bitmap.buffer).cast("B")[3::4]
    return min(alpha.tobytes(), default=0) > 255 - _SEEN_THROUGH


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
