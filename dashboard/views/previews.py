"""Previews of artifacts: what kind a file is, and as much of it as a page should show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.models import NodeArtifact
from dashboard.views import markdown, tables, texts, trees

MOST_MARKDOWN = 200_000
MOST_CSV = 1_000_000
MOST_JSON = 4_000_000
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SVG = "image/svg+xml"
ENDINGS = {
    ".md": "markdown", ".json": "json", ".csv": "csv", ".tsv": "csv", ".html": "html",
    **dict.fromkeys((".txt", ".log", ".ndjson", ".jsonl", ".yaml", ".yml", ".toml", ".xml", ".py"), "text"),
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Which part of a large file is looked at: a line of text, or entries of the JSON value at a pointer."""

    start: int = 1
    line: int = 0
    pointer: str = ""
    entry: int = 0


@dataclass(frozen=True)
class Preview:
    """`kind` picks the partial; `shown` is what it needs; `is_cut` says that the file goes on."""

    kind: str
    shown: Any = None
    is_cut: bool = False


def kind(artifact: NodeArtifact) -> str:
    """markdown, json, csv, html, text, image, pdf, or none."""
    if artifact.media_type in {*IMAGES, SVG}:
        return "image"
    if artifact.media_type == "application/pdf":
        return "pdf"
    known = ENDINGS.get(Path(artifact.name).suffix.lower())
    return known or ("text" if artifact.media_type.startswith("text/") else "none")


def of(artifact: NodeArtifact, path: Path, place: Place, files: Mapping[str, str]) -> Preview:
    """The preview of that file; a JSON or CSV that cannot be read is shown as text.

    `files` are the addresses of the files beside it. LookupError when the JSON has nothing at that pointer.
    """
    found = kind(artifact)
    if not artifact.bytes:
        return Preview("empty")
    if found == "pdf" and not _beginning(path, 5).startswith("%PDF-"):
        return Preview("none")
    if found in ("image", "html", "pdf", "none"):
        return Preview(found)
    return _read(found, artifact, path, place, files) or _as_text(path, place)


def _read(found: str, artifact: NodeArtifact, path: Path, place: Place, files: Mapping[str, str]) -> Preview | None:
    if found == "markdown":
        shown = markdown.as_html(_beginning(path, MOST_MARKDOWN), files)
        return Preview("markdown", shown, artifact.bytes > MOST_MARKDOWN)
    if found == "csv":
        sheet = tables.sheet(_beginning(path, MOST_CSV), artifact.name.lower().endswith(".tsv"))
        return Preview("csv", sheet, artifact.bytes > MOST_CSV or sheet.has_more_rows) if sheet else None
    if found == "json" and artifact.bytes <= MOST_JSON:
        return _as_tree(path, place)
    return None


def _beginning(path: Path, most: int) -> str:
    with path.open("rb") as file:
        return file.read(most).decode("utf-8-sig", "replace")


def _as_tree(path: Path, place: Place) -> Preview | None:
    try:
        value = json.loads(path.read_bytes())
        return Preview("json", trees.tree(value, place.pointer, place.entry))
    except (ValueError, RecursionError):
        return None


def _as_text(path: Path, place: Place) -> Preview:
    shown = texts.page(path, place.start, place.line)
    return Preview("text", shown, shown.is_cut)
