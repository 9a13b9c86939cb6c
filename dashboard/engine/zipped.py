"""Read a zip of papers, file by file, without trusting a word it says about itself.

Nothing is written under a name from the zip: each file is unpacked to one place of ours, counted as it comes. What an
archive claims (sizes, how many files) only serves to refuse it sooner.
"""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from dashboard.engine.errors import InvalidInputError
from dashboard.engine.papers import SIGNATURE, SIGNATURE_WITHIN, megabytes

MOST_FILES = 2_000
MOST_LISTING = 1024 * 1024  # bytes of the list of files: it is read whole, a thousand bytes of it take 10 kB of memory
MOST_RATIO = 100
RATIO_FROM = 1024 * 1024  # a small file may well be mostly blanks
CHUNK = 64 * 1024
BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")
ARCHIVES = frozenset({".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst"})
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # the others are unpacked without a bound on memory
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


@dataclass(frozen=True)
class Unpacked:
    """A file of the zip: `content` until the next one is asked for, or `trouble`, a sentence that says why not.

    `is_paper` is false for what was never meant as one, a README for instance.
    """

    name: str
    content: Path | None = None
    trouble: str = ""
    is_paper: bool = True


class Refusal(Exception):
    """A file of the zip cannot be taken; the message says why."""


class Full(Refusal):
    """With it the zip holds more than it may."""


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a zip."""
    return head.startswith(BEGINNINGS)


def unpack(archive: IO[bytes], most_each: int, most_in_all: int) -> Iterator[Unpacked]:
    """Its files in their order, but folders and what macOS adds; the sizes are bytes, unpacked.

    InvalidInputError when it cannot be opened or holds too many; past `most_in_all` the rest is one refusal.
    """
    with _opened(archive) as zipped, tempfile.NamedTemporaryFile(prefix="papersnitch-unzip-") as place:
        entries, left = _files(zipped), most_in_all
        for number, entry in enumerate(entries):
            try:
                _write(zipped, entry, place, most_each, left)
                yield _judged(entry.filename, Path(place.name))
            except Full:
                yield _rest(len(entries) - number, most_in_all)
                return
            except Refusal as refusal:
                yield Unpacked(entry.filename, trouble=str(refusal))
            left -= place.tell()


def _opened(archive: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(_Sparing(archive))
    except BROKEN:
        raise InvalidInputError("It is damaged or no zip: it cannot be opened.") from None


def _files(zipped: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = [entry for entry in zipped.infolist() if not entry.is_dir() and not _is_of_macos(entry.filename)]
    if len(entries) > MOST_FILES:
        raise InvalidInputError(f"It holds {len(entries):,} files, and {MOST_FILES:,} is the most. Split it.")
    return entries


def _is_of_macos(name: str) -> bool:
    path = PurePosixPath(PureWindowsPath(name).as_posix())
    return "__MACOSX" in path.parts or path.name == ".DS_Store" or path.name.startswith("._")


def _write(zipped: zipfile.ZipFile, entry: zipfile.ZipInfo, place: IO[bytes], most: int, left: int) -> None:
    """Unpack the file into `place`. Refusal when it cannot be, or grows past a limit."""
    place.seek(0)
    place.truncate()
    _look(entry)
    for chunk in _chunks(zipped, entry):
        place.write(chunk)
        _check_growth(place.tell(), entry.compress_size, most, left)
    place.flush()


def _look(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise Refusal("It is encrypted. Take the password off and upload it again.")
    if entry.compress_type not in METHODS:
        raise Refusal("It is packed in a way this site does not unpack. Pack it as an ordinary zip.")


def _chunks(zipped: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with zipped.open(entry) as packed:
            while chunk := packed.read(CHUNK):
                yield chunk
    except BROKEN:
        raise Refusal("It is damaged: what is packed is not what the zip says it is.") from None


def _check_growth(size: int, packed: int, most: int, left: int) -> None:
    if size > left:
        raise Full
    if size > most:
        raise Refusal(f"Unpacked it is larger than {megabytes(most)}, the most a paper may weigh.")
    if size > RATIO_FROM and size > MOST_RATIO * packed:
        raise Refusal(f"Unpacked it is more than {MOST_RATIO} times as large as packed. That is no paper.")


def _judged(name: str, content: Path) -> Unpacked:
    with content.open("rb") as file:
        head = file.read(SIGNATURE_WITHIN)
    kind = PurePosixPath(name.lower()).suffix
    if is_zip(head) or (kind in ARCHIVES and SIGNATURE not in head):
        return Unpacked(name, trouble="It is an archive within the zip. Unpack it and upload what it holds.")
    if SIGNATURE not in head and kind != ".pdf":
        return Unpacked(name, trouble="It is not a PDF.", is_paper=False)
    return Unpacked(name, content)


def _rest(number: int, most: int) -> Unpacked:
    files = "The last file" if number == 1 else f"The last {number:,} files"
    return Unpacked(files, trouble=f"Unpacked the zip holds more than {megabytes(most)}, which is the most. Split it.")


class _Sparing(io.RawIOBase):
    """The archive, but for reads as large as no honest zip needs: `zipfile` takes the list of files at one gulp."""

    def __init__(self, archive: IO[bytes]) -> None:
        self._archive = archive

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            here = self._archive.tell()
            size = self._archive.seek(0, os.SEEK_END) - here
            self._archive.seek(here)
        if size > MOST_LISTING:
            raise InvalidInputError(f"Its list of files is too long: {MOST_FILES:,} files are the most. Split it.")
        return self._archive.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._archive.seek(offset, whence)

    def tell(self) -> int:
        return self._archive.tell()

    def seekable(self) -> bool:
        return True
