"""Hidden text: what a PDF holds for programs and shows no reader. Runs in the sandbox's child."""

from __future__ import annotations

import ctypes
import re
from typing import Any

import pypdfium2
from pypdfium2 import raw

from dashboard.judging.evidence import Box
from jobs.papers.frame import Frame
from jobs.papers.instructions import instructs
from jobs.papers.painting import Colour, Piece, pieces
from jobs.papers.pdfium import frame_of

_TINY = 2.0  # Points: below this nobody reads it on paper.
_WHITE: Colour = (255, 255, 255)
_ALIKE = 12  # Of 255 in each of red, green and blue: an eye sees no difference.
_INVISIBLE_MODES = {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}
_COVERED, _SAME_COLOUR = "covered by what is drawn over it", "of the colour it stands on"
_WORD = re.compile(r"[^\W\d_]{3,}")  # Fewer letters are labels of a figure, set one by one.
_LONG_WORD = 8  # Letters that say something by themselves, as in scripts without spaces.
_MOST_GROUNDS, _MOST_COVERS = 3000, 400  # Shapes and images, and large ones, by which the text of a page is judged.
_SMALLEST_COVER = (20.0, 4.0)  # Points across and down.


def hidden_on(page: pypdfium2.PdfPage) -> list[dict[str, Any]]:
    """Runs of unseen text on a page: `{text, reason, boxes}`, neighbours with one reason joined."""
    frame, text_page = frame_of(page), page.get_textpage()
    drawn = list(pieces(page))
    grounds = [(at, piece) for at, piece in enumerate(drawn) if not piece.is_text][:_MOST_GROUNDS]
    ground = _Ground(grounds, [(at, piece) for at, piece in grounds if _is_large(piece.area)][:_MOST_COVERS], frame)
    runs: list[dict[str, Any]] = []
    for at, piece in enumerate(drawn):
        if piece.is_text and (reason := _why_hidden(at, piece, frame, ground)):
            _add(runs, _text_of(piece.item, text_page), reason, frame.to_view(piece.area))
    text_page.close()
    return [run for run in runs if _is_message(run)]


def _is_message(run: dict[str, Any]) -> bool:
    """Drawing programs leave words under shapes and in their colour, so these count only where they give orders."""
    if run["reason"] in (_COVERED, _SAME_COLOUR):
        return bool(instructs(run["text"]))
    words = _WORD.findall(run["text"])
    return len(words) > 1 or any(len(word) >= _LONG_WORD for word in words)


class _Ground:
    """What text stands on, or under: `all` shapes and images with their turn in drawing, and the large ones of them."""

    def __init__(self, all_: list[tuple[int, Piece]], large: list[tuple[int, Piece]], frame: Frame) -> None:
        self.all, self.large = all_, large
        self.is_scan = any(piece.is_image and _fills_page(piece.area, frame) for _, piece in large)

    def below(self, at: int, piece: Piece, ink: Colour) -> list[Piece]:
        """What lies under a text. Ink that shows on paper is judged by the large ones: plots have many."""
        candidates = self.all if _alike(ink, _WHITE) else self.large
        return [under for before, under in candidates if before < at and _overlap(piece.area, under.area)]

    def hides(self, at: int, piece: Piece) -> bool:
        """Whether something is drawn over the text. The picture of a scan is: its text layer is no secret."""
        over = (cover for later, cover in self.large if later > at and _inside(piece.area, cover.area))
        return not self.is_scan and any(cover.hides_what_is_below() for cover in over)


def _why_hidden(at: int, piece: Piece, frame: Frame, ground: _Ground) -> str:
    left, top, right, bottom = piece.area
    beside = right < frame.left or left > frame.left + frame.width
    if beside or top < frame.bottom or bottom > frame.bottom + frame.height:
        return "off the page"
    if piece.mode in _INVISIBLE_MODES or piece.is_clear():
        return "" if ground.is_scan else "drawn invisibly"  # Over a scan invisible text is the OCR layer.
    if piece.type_size < _TINY:
        return f"set smaller than {_TINY:g} points"
    if ground.hides(at, piece):
        return _COVERED
    ink = piece.ink()
    return _why_alike(ink, piece, ground.below(at, piece, ink)) if ink else ""


def _why_alike(ink: Colour, piece: Piece, below: list[Piece]) -> str:
    """Why the text cannot be told from what it stands on; empty where it can, or where that is not known."""
    ground: Colour | None = _WHITE
    for under in below:
        fill = under.fill() if under.is_path else None
        if under.is_path and fill is None:
            continue  # A frame or a rule, not a ground.
        if fill is None or _inside(piece.area, under.area):
            ground = fill
        elif ground is None or not _alike(fill, ground):
            ground = None
    if ground is None or not _alike(ink, ground):
        return ""
    return "white on white" if _alike(ink, _WHITE) else _SAME_COLOUR


def _alike(one: Colour, other: Colour) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= _ALIKE


def _is_large(area: Box) -> bool:
    return area[2] - area[0] > _SMALLEST_COVER[0] and area[1] - area[3] > _SMALLEST_COVER[1]


def _fills_page(area: Box, frame: Frame) -> bool:
    return (area[2] - area[0]) * (area[1] - area[3]) > 0.7 * frame.width * frame.height


def _inside(one: Box, other: Box) -> bool:
    """Whether the other area holds the one, but for a hair: letters reach out of what stands behind them."""
    hair = 0.15 * (one[1] - one[3])
    across = other[0] <= one[0] + hair and one[2] <= other[2] + hair
    return across and other[3] <= one[3] + hair and one[1] <= other[1] + hair


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
