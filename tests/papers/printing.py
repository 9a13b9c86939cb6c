"""Small PDFs for tests, drawn line by line so that each test decides what the file is like inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

TOP, LEFT, RIGHT, LEADING = 780.0, 60.0, 320.0, 12.0

Draw = Callable[[Canvas], None]


def print_pdf(path: Path, *pages: Draw, encrypt: object = None) -> Path:
    """A PDF with a page for each drawing."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1, encrypt=encrypt)
    for draw in pages:
        canvas.setFont("Times-Roman", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def lines(texts: Iterable[str], left: float = LEFT, top: float = TOP) -> Draw:
    """Text set line by line; a line that starts with `#` is a bold heading with space above."""

    def draw(canvas: Canvas) -> None:
        y = top
        for text in texts:
            heading = text.startswith("#")
            y -= LEADING if heading else 0
            canvas.setFont("Times-Bold" if heading else "Times-Roman", 12 if heading else 10)
            canvas.drawString(left, y, text.lstrip("# "))
            y -= LEADING + (4 if heading else 0)

    return draw


def both(*draws: Draw) -> Draw:
    """Several drawings on one page, one after the other."""

    def draw(canvas: Canvas) -> None:
        for one in draws:
            one(canvas)

    return draw


def unicode_font() -> str:
    """The name of a font with accents and ligatures, from those the PDF library brings."""
    folder = Path(reportlab.__file__).parent / "fonts"
    pdfmetrics.registerFont(TTFont("Vera", str(folder / "Vera.ttf")))
    return "Vera"
