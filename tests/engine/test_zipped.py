"""Zips of papers: safe names, bounds that hold whatever the archive says, a reason for each file not taken."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from dashboard.engine import zipped
from dashboard.engine.errors import InvalidInputError
from tests.factories import SMALLEST_PDF

EACH, IN_ALL = 2 * 1024 * 1024, 10 * 1024 * 1024
MEBIBYTE = 1024 * 1024

Fill = Callable[[zipfile.ZipFile], object]


def archive(fill: Fill, packing: int = zipfile.ZIP_DEFLATED) -> BytesIO:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", packing) as packed:
        fill(packed)
    made.seek(0)
    return made


def of(**files: bytes) -> BytesIO:
    return archive(lambda packed: [packed.writestr(name, content) for name, content in files.items()])


def found(made: BytesIO, each: int = EACH, in_all: int = IN_ALL) -> dict[str, str]:
    """What became of each file: its trouble, or its content."""
    return {
        one.name: one.content.read_bytes().decode("latin-1")[:40] if one.content else one.trouble
        for one in zipped.unpack(made, each, in_all)
    }


def trouble(made: BytesIO, name: str = "a.pdf") -> str:
    return {one.name: one.trouble for one in zipped.unpack(made, EACH, IN_ALL)}[name]


def test_it_unpacks_papers_in_folders() -> None:
    files = {"2026/oral/a.pdf": SMALLEST_PDF, "2026/poster/b.PDF": SMALLEST_PDF}
    assert [text[:5] for text in found(of(**files)).values()] == ["%PDF-", "%PDF-"]


def test_it_writes_nothing_under_the_names_inside() -> None:
    made = archive(lambda packed: packed.writestr("../../../../../../tmp/outside.pdf", SMALLEST_PDF))
    one = next(iter(zipped.unpack(made, EACH, IN_ALL)))
    assert one.content is not None
    assert one.content.name.startswith("papersnitch-unzip-")


def test_it_passes_over_what_macos_adds_and_folders() -> None:
    names = ["__MACOSX/a.pdf", "papers/.DS_Store", "papers/._b.pdf", "a.pdf"]
    made = of(**dict.fromkeys(names, SMALLEST_PDF))
    assert list(found(made)) == ["a.pdf"]
    assert found(archive(lambda packed: packed.mkdir("empty"))) == {}


def test_it_names_what_is_no_pdf_and_leaves_it_out() -> None:
    left = next(iter(zipped.unpack(of(**{"README.md": b"# Papers"}), EACH, IN_ALL)))
    assert (left.trouble, left.is_paper) == ("It is not a PDF.", False)


@pytest.mark.parametrize("name", ["more.zip", "more.tar.gz", "innocent.pdf"])
def test_it_opens_no_archive_within_the_archive(name: str) -> None:
    inner = of(**{"a.pdf": SMALLEST_PDF}).getvalue() if name != "more.tar.gz" else b"\x1f\x8b"
    assert "archive within the zip" in trouble(of(**{name: inner}), name)


def test_a_bomb_is_refused_while_it_unpacks() -> None:
    made = of(**{"a.pdf": b"%PDF-" + bytes(50 * MEBIBYTE), "b.pdf": SMALLEST_PDF})
    answer = found(made, each=100 * MEBIBYTE, in_all=100 * MEBIBYTE)
    assert answer["a.pdf"] == "Unpacked it is more than 100 times as large as packed. That is no paper."
    assert answer["b.pdf"].startswith("%PDF-")


def test_a_file_that_is_too_large_is_refused_with_the_limit() -> None:
    large = archive(lambda packed: packed.writestr("a.pdf", b"%PDF-" + bytes(3 * MEBIBYTE)), zipfile.ZIP_STORED)
    assert trouble(large) == "Unpacked it is larger than 2 MB, the most a paper may weigh."


def test_past_the_limit_in_all_the_rest_is_one_refusal() -> None:
    files = {f"{number}.pdf": b"%PDF-" + bytes(MEBIBYTE) for number in range(5)}
    made = archive(lambda packed: [packed.writestr(*file) for file in files.items()], zipfile.ZIP_STORED)
    answer = found(made, in_all=3 * MEBIBYTE)
    assert list(answer) == ["0.pdf", "1.pdf", "The last 3 files"]
    assert "more than 3 MB" in answer["The last 3 files"]


def test_what_is_refused_counts_towards_the_limit_in_all() -> None:
    files = {f"{number}.pdf": bytes(MEBIBYTE) for number in range(40)}
    made = of(**files)
    assert len(found(made, in_all=5 * MEBIBYTE)) < 10


def test_too_many_files_are_refused_before_any_is_unpacked() -> None:
    made = archive(lambda packed: [packed.writestr(f"{n}.pdf", b"") for n in range(zipped.MOST_FILES + 1)])
    with pytest.raises(InvalidInputError, match="It holds 2,001 files, and 2,000 is the most"):
        found(made)


def test_a_list_of_a_hundred_thousand_files_is_not_read() -> None:
    made = archive(lambda packed: [packed.writestr(f"{n}.pdf", b"") for n in range(20_000)])
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInputError, match="list of files is too long"):
            found(made)
        assert tracemalloc.get_traced_memory()[1] < 4 * MEBIBYTE
    finally:
        tracemalloc.stop()


def test_an_encrypted_file_is_named() -> None:
    assert "It is encrypted." in trouble(with_flag(of(**{"a.pdf": SMALLEST_PDF}), 0x1))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_it_takes_no_packing_that_it_cannot_bound(packing: int) -> None:
    made = archive(lambda packed: packed.writestr("a.pdf", SMALLEST_PDF), packing)
    assert "packed in a way" in trouble(made)


def test_a_damaged_file_is_named_and_the_next_is_taken() -> None:
    made = archive(lambda packed: [packed.writestr(n, SMALLEST_PDF) for n in ("a.pdf", "b.pdf")], zipfile.ZIP_STORED)
    raw = bytearray(made.getvalue())
    raw[raw.index(b"%PDF-") + 9] ^= 0xFF
    answer = found(BytesIO(raw))
    assert "It is damaged" in answer["a.pdf"]
    assert answer["b.pdf"].startswith("%PDF-")


def test_a_size_that_lies_bounds_nothing() -> None:
    """The listing says five bytes; more come out."""
    raw = bytearray(of(**{"a.pdf": b"%PDF-" + bytes(5 * MEBIBYTE)}).getvalue())
    listed = raw.index(b"PK\x01\x02")
    raw[listed + 24 : listed + 28] = struct.pack("<I", 5)
    assert "It is damaged" in trouble(BytesIO(raw))


@pytest.mark.parametrize("raw", [b"PK\x03\x04", b"PK\x05\x06" + bytes(10), b"PK\x03\x04" + b"\xff" * 5000])
def test_what_cannot_be_opened_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInputError, match="damaged or no zip"):
        found(BytesIO(raw))


def with_flag(made: BytesIO, flag: int) -> BytesIO:
    """The same with that bit set for its only file, in the listing and before the file."""
    raw = bytearray(made.getvalue())
    raw[raw.index(b"PK\x03\x04") + 6] |= flag
    raw[raw.index(b"PK\x01\x02") + 8] |= flag
    return BytesIO(raw)
