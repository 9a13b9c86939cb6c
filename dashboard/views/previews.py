"""Previews of artifacts: what kind a file is, and as much of it as a page should show."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from dashboard.filters import plain
from dashboard.models import NodeArtifact
from dashboard.views import trees

MOST_BYTES = 1_000_000
MOST_ROWS = 300
MOST_LINES = 2000
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
ENDINGS = {".md": "markdown", ".json": "json", ".csv": "csv", ".html": "html", ".txt": "text", ".log": "text"}
TAG_NAMES = "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul"
TAGS = set(TAG_NAMES.split())

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")


@dataclass(frozen=True)
class Preview:
    """`kind` picks the partial; `shown` is what it needs; `is_cut` says that the file goes on."""

    kind: str
    shown: Any = None
    is_cut: bool = False


def kind(artifact: NodeArtifact) -> str:
    """markdown, json, csv, html, text, image, or none."""
    if artifact.media_type in IMAGES:
        return "image"
    known = ENDINGS.get(Path(artifact.name).suffix.lower())
    return known or ("text" if artifact.media_type.startswith("text/") else "none")


def of(artifact: NodeArtifact, path: Path) -> Preview:
    """The preview of that file; a JSON or CSV that cannot be read is shown as text."""
    found = kind(artifact)
    if found in ("image", "html", "none"):
        return Preview(found)
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    is_cut = len(raw) > MOST_BYTES
    text = raw[:MOST_BYTES].decode("utf-8", "replace")
    return _read(found, text, is_cut) or _as_text(text, is_cut)


def _read(found: str, text: str, is_cut: bool) -> Preview | None:
    if found == "markdown":
        return Preview("markdown", _as_html(text), is_cut)
    if found == "csv":
        return _as_table(text, is_cut)
    if found == "json" and not is_cut:
        return _as_tree(text)
    return None


def _as_html(text: str) -> Markup:
    """Rendered and then cleaned by a library: links keep http and https only, nothing keeps a script or a style."""
    clean = nh3.clean(
        _markdown.render(text), tags=TAGS, attributes={"a": {"href", "title"}}, url_schemes={"http", "https"}
    )
    return Markup(clean)  # noqa: S704


def _as_tree(text: str) -> Preview | None:
    try:
        return Preview("json", trees.tree(json.loads(text)))
    except (ValueError, RecursionError):
        return None


def _as_table(text: str, is_cut: bool) -> Preview | None:
    rows = []
    try:
        for row in csv.reader(io.StringIO(text)):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                return Preview("csv", rows[:MOST_ROWS], True)
    except csv.Error:
        return None
    return Preview("csv", rows, is_cut)


def _as_text(text: str, is_cut: bool) -> Preview:
    lines = plain(text).splitlines()
    return Preview("text", lines[:MOST_LINES], is_cut or len(lines) > MOST_LINES)
