"""Git objects written by hand, so that they may hold what no git command would write."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

FILE, LINK, FOLDER, MODULE = "100644", "120000", "40000", "160000"
COMMIT = b"tree %s\nauthor A. Author <a@example.org> 1 +0000\ncommitter A. Author <a@example.org> 1 +0000\n\nFirst\n"
Entry = tuple[str, bytes, str]


def put(repository: Path, kind: str, body: bytes) -> str:
    """Write an object as it is; its id."""
    raw = b"%s %d\0" % (kind.encode(), len(body)) + body
    named = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
    place = repository / "objects" / named[:2] / named[2:]
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(zlib.compress(raw, 1))
    return named


def blob(repository: Path, content: bytes) -> str:
    return put(repository, "blob", content)


def tree(repository: Path, *entries: Entry) -> str:
    """A tree of (mode, name, id), in that order whatever it is."""
    return put(
        repository,
        "tree",
        b"".join(f"{mode} ".encode() + name + b"\0" + bytes.fromhex(id_) for mode, name, id_ in entries),
    )


def head(repository: Path, root: str, commit: bytes = COMMIT, ref: str = "refs/heads/main") -> str:
    """Make a repository of one commit of that tree, on that branch; the commit's id."""
    made = put(repository, "commit", commit % root.encode())
    point(repository, made, ref)
    return made


def point(repository: Path, object_id: str, ref: str = "refs/heads/main") -> None:
    """Let the branch be that object, and the repository's HEAD that branch."""
    place = repository / ref
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"{object_id}\n")
    (repository / "HEAD").write_text(f"ref: {ref}\n")
    if not (repository / "config").exists():
        (repository / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
