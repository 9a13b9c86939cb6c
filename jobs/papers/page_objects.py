"""What a page is made of, as PDFium lists it. Loaded in the sandbox's child only."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

_LOOKED_AT = 50_000


def holds_pictures(page: pdfium.PdfPage) -> bool:
    """Whether the page shows photographs, scans or smooth shadings; one of very many objects is taken to."""
    waiting: list[Any] = [raw.FPDFPage_GetObject(page, at) for at in range(raw.FPDFPage_CountObjects(page))]
    for _ in range(_LOOKED_AT):
        if not waiting:
            return False
        thing = waiting.pop()
        kind = raw.FPDFPageObj_GetType(thing)
        if kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
            return True
        if kind == raw.FPDF_PAGEOBJ_FORM:
            count = raw.FPDFFormObj_CountObjects(thing)
            waiting += [raw.FPDFFormObj_GetObject(thing, at) for at in range(min(count, _LOOKED_AT))]
    return True
