"""What of an upload has arrived, so that one that was cut short goes on where it stopped.

A file of JSON lines for each site, token and set of terms: `{"sha256": ..., "taken": [...]}` for each file sent.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from papersnitch_client.site import Record

CHUNK = 1024 * 1024


@dataclass
class Journal:
    """The files that have arrived, by their hash, with what became of each; `spared` were not sent again."""

    place: Path
    arrived: dict[str, list[Record]] = field(default_factory=dict)
    spared: int = 0

    def before(self, digest: str) -> list[Record] | None:
        """What became of that file when it was sent before; None when it was not."""
        if digest in self.arrived:
            self.spared += 1
        return self.arrived.get(digest)

    def note(self, digest: str, taken: list[Record]) -> None:
        """That file has arrived, and this became of it."""
        self.arrived[digest] = taken
        self.place.parent.mkdir(parents=True, exist_ok=True)
        with self.place.open("a") as file:
            file.write(json.dumps({"sha256": digest, "taken": taken}) + "\n")


def opened(folder: Path, terms: tuple[str, ...], afresh: bool) -> Journal:
    """The journal of uploads on these terms: where to, with whose token, and what is to be done."""
    place = folder / f"{hashlib.sha256(chr(0).join(terms).encode()).hexdigest()[:32]}.ndjson"
    if afresh:
        place.unlink(missing_ok=True)
    journal = Journal(place)
    for line in place.read_text().splitlines() if place.exists() else ():
        try:
            record = json.loads(line)
        except ValueError:
            continue  # the last line of an upload that was killed while it wrote
        journal.arrived[record["sha256"]] = record["taken"]
    return journal


def hash_of(file: Path) -> str:
    """Its SHA-256."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
