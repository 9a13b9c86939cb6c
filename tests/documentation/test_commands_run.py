"""Every command of the documentation, typed as a reader would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documentation.blocks import Block, pages, shell
from tests.documentation.reader import Reader, reading

FIRST_TERMINAL = "make run\n"  # what the reader did before anything else
FIRST = "first-paper.md"  # it counts papers and runs from the beginning
RUN = sorted(
    (page for page in pages() if any(not block.title for block in shell(page))), key=lambda one: one.name != FIRST
)

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("documentation")]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with reading(tmp_path_factory.mktemp("checkout")) as someone:
        yield someone


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_what_the_page_says_to_type_works(page: Path, reader: Reader) -> None:
    for block in shell(page):
        if not block.title and block.text != FIRST_TERMINAL:
            done = reader.type(block.text)
            assert done.returncode == 0, f"{block.text}\n{done.stdout}"


@pytest.mark.parametrize("block", [block for page in pages() for block in shell(page) if block.title], ids=str)
def test_what_is_not_typed_says_what_it_needs(block: Block) -> None:
    assert block.title.startswith("needs ")
