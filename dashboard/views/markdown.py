"""Markdown as HTML that can do nothing: rendered by one library, cleaned by another."""

from __future__ import annotations

from collections.abc import Mapping

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

TAG_NAMES = "a blockquote br code del em h2 h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul"
SCHEMES = ("http://", "https://")


def _lower(state: StateCore) -> None:
    """Every heading a step down: the page that shows the text has the first of its own."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"


_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")
_markdown.core.ruler.push("lower", _lower)


def as_html(text: str, files: Mapping[str, str]) -> Markup:
    """Links lead to http and https addresses or to the `files` (name to address) beside it; others are words."""

    def lead(_tag: str, attribute: str, value: str) -> str | None:
        if attribute != "href" or value.startswith(SCHEMES):
            return value
        return files.get(value.removeprefix("./"))

    clean = nh3.clean(
        _markdown.render(text),
        tags=set(TAG_NAMES.split()),
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https"},
        attribute_filter=lead,
    )
    return Markup(clean)  # noqa: S704
