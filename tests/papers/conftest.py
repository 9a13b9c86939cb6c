"""Reading in this process what the product reads in a child."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jobs.papers.document import Document
from jobs.papers.extraction import extract
from jobs.papers.pdfium import opened
from tests.papers.printing import Draw, lines, print_pdf

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Document]:
    """`read(draw, ...)` prints pages and reads them back."""

    def print_and_read(*pages: Draw) -> Document:
        return read_file(print_pdf(tmp_path / "paper.pdf", *pages))

    return print_and_read


@pytest.fixture
def read_lines(read: Callable[..., Document]) -> Callable[..., Document]:
    """`read_lines(line, ...)` reads back a page of those lines."""
    return lambda *texts: read(lines(texts))


@pytest.fixture(scope="session")
def papers() -> Path:
    """A folder of real papers with a manifest, named by PAPERSNITCH_PAPERS."""
    folder = Path(os.environ.get("PAPERSNITCH_PAPERS", ROOT.parent / "shared" / "papers"))
    if not (folder / "manifest.json").is_file():
        pytest.skip("no real papers here: PAPERSNITCH_PAPERS names a folder with a manifest.json")
    return folder


def read_file(path: Path) -> Document:
    with opened(str(path)) as pdf:
        return extract(pdf)
