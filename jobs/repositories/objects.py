"""A commit's files, read as objects: nothing is ever checked out, no file of theirs is ever made."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.repositories.errors import TooBigError
from jobs.repositories.git import Git

_LINK = "120000"
_SUBMODULE = "160000"


@dataclass(frozen=True)
class Entry:
    """A path of the tree. `size` is None for a blob the fetch left out, and for a submodule."""

    path: str
    mode: str
    object_id: str
    size: int | None = None

    @property
    def is_file(self) -> bool:
        return self.mode not in {_LINK, _SUBMODULE}

    @property
    def is_link(self) -> bool:
        return self.mode == _LINK

    @property
    def is_submodule(self) -> bool:
        return self.mode == _SUBMODULE


def list_entries(git: Git, commit: str) -> list[Entry]:
    """Every path of a commit, with sizes. TooBigError where there are more than the limit (a tree can nest itself)."""
    entries = [_entry(record) for record in _listing(git, commit).split(b"\0") if record]
    sizes = _sizes(git, {entry.object_id for entry in entries if not entry.is_submodule})
    return [Entry(entry.path, entry.mode, entry.object_id, sizes.get(entry.object_id)) for entry in entries]


def read_blobs(git: Git, object_ids: list[str]) -> dict[str, bytes]:
    """The contents of blobs by their id. Those that are not here are left out."""
    stream = git.run("cat-file", "--batch", given=_lines(object_ids))
    blobs: dict[str, bytes] = {}
    position = 0
    while position < len(stream):
        header_end = stream.index(b"\n", position)
        object_id, kind, *size = stream[position:header_end].decode("ascii").split(" ")
        position = header_end + 1
        if kind == "missing":
            continue
        end = position + int(size[0])
        blobs[object_id] = stream[position:end]
        position = end + 1
    return blobs


def _listing(git: Git, commit: str) -> bytes:
    too_many = TooBigError(f"It has more than {git.limits.files:,} files, the most that are listed.")
    try:
        listing = git.run("ls-tree", "-r", "-z", "--full-tree", commit, most=git.limits.listing_bytes)
    except TooBigError as error:
        raise too_many from error
    if listing.count(b"\0") > git.limits.files:
        raise too_many
    return listing


def _entry(record: bytes) -> Entry:
    head, _, path = record.partition(b"\t")
    mode, _, object_id = head.decode("ascii").split(" ")
    return Entry(path.decode("utf-8", "replace"), mode, object_id)


def _sizes(git: Git, object_ids: set[str]) -> dict[str, int]:
    ordered = sorted(object_ids)
    answer = git.run("cat-file", "--batch-check=%(objectname) %(objectsize)", given=_lines(ordered))
    pairs = (line.split(" ") for line in answer.decode("ascii").splitlines())
    return {object_id: int(size) for object_id, size in pairs if size != "missing"}


def _lines(object_ids: list[str]) -> bytes:
    return "".join(f"{object_id}\n" for object_id in object_ids).encode("ascii")
