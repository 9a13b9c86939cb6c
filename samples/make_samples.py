"""Make the two sample papers and the good one's repository: python samples/make_samples.py

Everything comes from files beside this one: `good.md` and `poor.md` become two-column PDFs, the folder `tiny-denoiser`
becomes a git bundle. The same input gives the same bytes.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT = A4
MARGIN, GUTTER, TITLE_HEIGHT = 54, 18, 110
COLUMN = (WIDTH - 2 * MARGIN - GUTTER) / 2
COMMIT_DATE = "2026-01-15T12:00:00+00:00"

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=12.4, alignment=TA_JUSTIFY, spaceAfter=5)
STYLES = {
    "title": ParagraphStyle("title", BODY, fontName="Times-Bold", fontSize=17, leading=21, alignment=TA_CENTER),
    "authors": ParagraphStyle("authors", BODY, fontSize=11.5, leading=15, alignment=TA_CENTER, spaceBefore=6),
    "place": ParagraphStyle("place", BODY, fontName="Times-Italic", alignment=TA_CENTER),
    "section": ParagraphStyle(
        "section", BODY, fontName="Times-Bold", fontSize=12, leading=14, spaceBefore=8, alignment=0
    ),
    "part": ParagraphStyle(
        "part", BODY, fontName="Times-Bold", fontSize=10.5, leading=13, spaceBefore=5, alignment=0, keepWithNext=1
    ),
    "caption": ParagraphStyle("caption", BODY, fontSize=8.5, leading=10, alignment=0, spaceBefore=4, keepWithNext=1),
    "reference": ParagraphStyle(
        "reference", BODY, fontSize=8.5, leading=10, leftIndent=14, firstLineIndent=-14, alignment=0
    ),
}
RULES: list[Any] = [
    ("FONT", (0, 0), (-1, -1), "Times-Roman", 8.5),
    ("FONT", (0, 0), (-1, 0), "Times-Bold", 8.5),
    ("LINEABOVE", (0, 0), (-1, 0), 0.8, colors.black),
    ("LINEBELOW", (0, 0), (-1, 0), 0.4, colors.black),
    ("LINEBELOW", (0, -1), (-1, -1), 0.8, colors.black),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
]


def main() -> None:
    for name in ("good", "poor"):
        make_paper(HERE / f"{name}.md", HERE / f"{name}.pdf")
    make_bundle(HERE / "tiny-denoiser", HERE / "tiny-denoiser.bundle")


def make_paper(source: Path, target: Path) -> None:
    """Set a Markdown-like text as a paper: title over both columns, then two columns."""
    lines = source.read_text("utf-8").splitlines()
    title, authors = lines[0].removeprefix("# "), lines[1].removeprefix("## ")
    document = BaseDocTemplate(str(target), pagesize=A4, title=title, author=authors, invariant=1)
    document.addPageTemplates([_template("first", TITLE_HEIGHT), _template("later", 0)])
    document.build([NextPageTemplate("later"), *_front(lines[:3]), FrameBreak(), *_body(iter(lines[3:]))])


def _template(name: str, title_height: float) -> PageTemplate:
    height = HEIGHT - 2 * MARGIN - title_height
    columns = [Frame(MARGIN + n * (COLUMN + GUTTER), MARGIN, COLUMN, height, 0, 0, 0, 0) for n in (0, 1)]
    top = Frame(MARGIN, HEIGHT - MARGIN - title_height, WIDTH - 2 * MARGIN, title_height, 0, 0, 0, 0)
    return PageTemplate(name, [top, *columns] if title_height else columns)


def _front(lines: list[str]) -> list[Flowable]:
    texts = (line.lstrip("# ") for line in lines)
    return [
        Paragraph(escape(text), STYLES[style]) for text, style in zip(texts, ("title", "authors", "place"), strict=True)
    ]


def _body(lines: Iterator[str]) -> Iterator[Flowable]:
    for line in lines:
        if line.startswith("TABLE "):
            yield from _table(line.removeprefix("TABLE "), lines)
        elif line.startswith("### "):
            yield Paragraph(escape(line[4:]), STYLES["part"])
        elif line.startswith("## "):
            yield Paragraph(escape(line[3:]), STYLES["section"])
        elif line:
            yield Paragraph(_with_links(line), STYLES["reference"] if line.startswith("[") else BODY)


def _table(caption: str, lines: Iterator[str]) -> Iterator[Flowable]:
    rows = []
    for line in lines:
        if line == "END":
            break
        rows.append([cell.strip() for cell in line.split("|")])
    yield from (Paragraph(escape(caption), STYLES["caption"]), Table(rows, style=TableStyle(RULES)), Spacer(1, 6))


def _with_links(text: str) -> str:
    return re.sub(r"https://[^\s]*[\w/]", lambda url: f'<a href="{url[0]}">{url[0]}</a>', escape(text))


def make_bundle(folder: Path, target: Path) -> None:
    """The folder as a repository of one commit, in one file."""
    with tempfile.TemporaryDirectory() as name:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
            **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _signature()},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
        }

        def git(*arguments: str) -> None:
            command = ["git", f"--git-dir={name}", f"--work-tree={folder}", *arguments]
            subprocess.run(command, check=True, env=environment, cwd=folder, capture_output=True)

        git("init", "--quiet", "--initial-branch=main")
        git("add", "--all", ".")
        git("commit", "--quiet", "--message=Release the tiny denoiser")
        git("bundle", "create", "--quiet", str(target), "HEAD", "main")


def _signature() -> list[tuple[str, str]]:
    return [("NAME", "Ada Sample"), ("EMAIL", "ada@papersnitch.invalid"), ("DATE", COMMIT_DATE)]


if __name__ == "__main__":
    main()
