"""Notes: words that a PDF carries beside its pages, in comments and in its metadata. Runs in the sandbox's child."""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2
from pypdfium2 import raw

from jobs.papers.instructions import instructs


def orders_in_comments(page: pypdfium2.PdfPage) -> list[dict[str, Any]]:
    """Comments on a page that give a model orders, as runs of hidden text. Others are no secret."""
    said = (_comment(page, index) for index in range(raw.FPDFPage_GetAnnotCount(page.raw)))
    return [_run(words, "in a comment") for words in said if instructs(words)]


def orders_in_metadata(document: pypdfium2.PdfDocument) -> list[dict[str, Any]]:
    """Fields of the file's metadata that give a model orders, as runs of hidden text on the first page."""
    fields = document.get_metadata_dict(skip_empty=True).values()
    return [{"page": 1, **_run(words, "in the file's metadata")} for words in fields if instructs(words)]


def _run(words: str, reason: str) -> dict[str, Any]:
    return {"text": words, "reason": reason, "boxes": []}


def _comment(page: pypdfium2.PdfPage, index: int) -> str:
    note = raw.FPDFPage_GetAnnot(page.raw, index)
    if not note:
        return ""
    length = raw.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
    buffer = ctypes.create_string_buffer(length + 2)
    raw.FPDFAnnot_GetStringValue(note, b"Contents", ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    raw.FPDFPage_CloseAnnot(note)
    return buffer.raw[:length].decode("utf-16-le", "replace").rstrip("\x00").strip()
