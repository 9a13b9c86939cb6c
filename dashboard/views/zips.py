"""Write a zip while it is being sent: memory stays flat however large it is."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import Any

CHUNK = 256 * 1024
PACKED = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".zip", ".gz"})


@dataclass(frozen=True)
class Member:
    """A file of the zip: its name in it, where its bytes are, and when it was made."""

    name: str
    content: Path | bytes
    at: datetime


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


def stream(members: Iterable[Member]) -> Iterator[bytes]:
    """The zip of those files, chunk by chunk."""
    outbox = _Outbox()
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            yield from _written(archive, outbox, member)
    yield outbox.take()


def _written(archive: zipfile.ZipFile, outbox: _Outbox, member: Member) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(member.name, member.at.timetuple()[:6])
    packed = Path(member.name).suffix.lower() in PACKED
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    content = member.content
    source = BytesIO(content) if isinstance(content, bytes) else content.open("rb")
    with source, archive.open(entry, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            yield outbox.take()
    yield outbox.take()
