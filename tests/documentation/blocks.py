"""The commands of a page of the documentation: its fenced blocks of shell, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(
    r"^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclass(frozen=True)
class Block:
    """One fenced block; a title says what it needs that a test does not have."""

    page: str
    title: str
    text: str


def pages() -> list[Path]:
    """Every page people read: the site's, and those of the checkout's top."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def shell(page: Path) -> list[Block]:
    """The blocks of shell on that page."""
    found = FENCE.finditer(page.read_text())
    return [Block(page.name, one["title"] or "", one["text"]) for one in found if one["language"] in ("sh", "bash")]


def inline(page: Path) -> list[str]:
    """What stands between single backticks on that page."""
    return INLINE.findall(FENCE.sub("", page.read_text()))
