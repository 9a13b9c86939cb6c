"""Broken and hostile PDFs are read or refused in plain words; a child they end takes nothing along."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from dashboard.engine.errors import PermanentError
from jobs import sandbox
from jobs.confined import Limits
from tests.papers.assembly import FONT, WORDS, assemble, deflated, one_page, stream
from tests.papers.fuzzing import fuzz, read_batch
from tests.papers.mutations import MUTATIONS, mutated
from tests.papers.originals import originals
from tests.papers.reading import read_all

FILES = 200
DEEP = 100_000
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"

HOSTILE = {
    "a page tree that contains itself": assemble(CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 100 >>"),
    "pages that are their own parents": assemble(
        CATALOG,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
    ),
    "a form that draws itself": one_page(
        stream(b"/X Do"),
        b"/Resources << /XObject << /X 6 0 R >> >>",
        stream(
            b"/X Do /X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
        ),
    ),
    "a length that refers to itself": assemble(CATALOG, b"<< /Length 2 0 R >>\nstream\nwords\nendstream"),
    "a filter for each of a thousand": one_page(stream(WORDS, b"/Filter [%b]" % (b"/FlateDecode " * 1000))),
    "brackets without end": one_page(stream(WORDS), b"/Rotate " + b"[" * DEEP),
    "dictionaries without end": one_page(stream(WORDS), b"/Group " + b"<< /A " * DEEP),
    "states saved without end": one_page(deflated(b"q " * DEEP + WORDS)),
    "marks opened without end": one_page(deflated(b"/A BMC " * DEEP + WORDS)),
    "a page without extent": one_page(stream(WORDS), b"/MediaBox [0 0 0 0] /CropBox [9 9 9 9]"),
    "a page without end": one_page(stream(WORDS), b"/MediaBox [-1e38 -1e38 1e38 1e38]"),
    "a page of no number": one_page(stream(WORDS), b"/MediaBox [/No null (x) 99999999999999999999]"),
    "type set endlessly large": one_page(stream(WORDS.replace(b"10 Tf", b"1e38 Tf"))),
    "type stretched to nothing": one_page(stream(b"0 0 0 0 0 0 cm 0 Tz " + WORDS)),
    "a font whose parts are itself": one_page(
        stream(WORDS.replace(b"F1", b"F2")),
        b"/Resources << /Font << /F2 6 0 R >> >>",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding 6 0 R /DescendantFonts [6 0 R] /ToUnicode 6 0 R >>",
    ),
    "a map of characters without end": one_page(
        stream(WORDS.replace(b"F1", b"F2")),
        b"/Resources << /Font << /F2 6 0 R >> >>",
        FONT[:-2] + b"/ToUnicode 7 0 R >>",
        deflated(b"begincmap 1 begincodespacerange <00> <ffffffff> endcodespacerange " + b"<00> <ff> <00> " * DEEP),
    ),
    "links that lead to each other": one_page(
        stream(WORDS), b"/Annots [6 0 R 6 0 R]", b"<< /Subtype /Link /A 6 0 R /Next 6 0 R /Rect [1e38 0 -1e38 nan] >>"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_reads_or_refuses_a_hostile_file(tmp_path: Path, name: str) -> None:
    paper = tmp_path / "p.pdf"
    paper.write_bytes(HOSTILE[name])
    try:
        sandbox.run("tests.papers.reading:read_alone", {"path": str(paper)}, "Reading the PDF", Limits(cpu_seconds=20))
    except PermanentError as error:
        assert "Error:" not in str(error)  # A fault of ours would be told by its class.


def test_no_mutated_file_ends_more_than_its_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tally = fuzz(range(1, FILES + 1))
    assert tally.faults == {}
    assert tally.files == FILES
    assert tally.outcomes["read"] > FILES / 4
    assert list(tmp_path.iterdir()) == []


def test_a_child_that_dies_on_a_file_costs_that_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.papers.fuzzing.READ_BATCH", "tests.papers.test_fuzz:die_on_the_third")
    tally = fuzz(range(1, 6))
    assert tally.contained == {3: "Reading the PDF failed: it crashed."}
    assert tally.files == 5


def test_a_mutation_is_the_same_for_the_same_seed() -> None:
    sources = originals()
    assert [mutated(seed, sources) for seed in range(40)] == [mutated(seed, sources) for seed in range(40)]
    assert len({mutated(seed, sources)[1] for seed in range(40)}) > 35


@pytest.mark.parametrize("mutation", dict.fromkeys(MUTATIONS), ids=lambda mutation: mutation.__name__)
def test_a_mutation_changes_its_file(mutation: object) -> None:
    from random import Random

    sources = originals()
    assert any(mutation(Random(seed), sources[0], sources) != sources[0] for seed in range(5))  # type: ignore[operator]


def test_the_sound_files_are_sound(tmp_path: Path) -> None:
    for content in originals():
        paper = tmp_path / "p.pdf"
        paper.write_bytes(content)
        assert any(page.text.strip() for page in read_all(tmp_path, paper).pages)


def die_on_the_third(folder: Path, seeds: list[int], papers: str | None, notes: str) -> None:
    from tests.papers.misbehaviour import crash

    read_batch(folder, [seed for seed in seeds if seed < 3], papers, notes)
    if 3 in seeds:
        crash(folder)
    read_batch(folder, [seed for seed in seeds if seed > 3], papers, notes)
