"""Write a zip while it is being sent: memory stays flat however large it is."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase
from pathlib import Path
from typing import Any

CHUNK = 256 * 1024
PACKED = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".zip", ".gz"})


class _Outbox(RawIOBase):
    """What zipfile wrote and nobody has sent yet. Cannot seek, so sizes follow each file."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.waiting.append(bytes(content))
        return len(self.waiting[-1])

    def take(self) -> bytes:
        taken = b"".join(self.waiting)
        self.waiting.clear()
        return taken


def stream(files: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """The zip of those files under those names, chunk by chunk."""
    outbox = _Outbox()
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files:
            yield from _member(archive, outbox, name, path)
    yield outbox.take()


def _member(archive: zipfile.ZipFile, outbox: _Outbox, name: str, path: Path) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(name)
    packed = Path(name).suffix.lower() in PACKED
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            yield outbox.take()
    yield outbox.take()
