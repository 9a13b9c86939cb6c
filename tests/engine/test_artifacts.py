"""The artifact store: by content, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from flask import Flask

from dashboard.engine import artifacts
from dashboard.engine.errors import NotFoundError

CONTENT = bytes(range(256)) * 10_000


def files_of(app: Flask) -> list[Path]:
    folder: Path = app.extensions["settings"].artifact_folder
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_stored_is_found_by_its_hash(in_app: Flask) -> None:
    stored = artifacts.store(CONTENT)
    assert (stored.sha256, stored.bytes) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    assert artifacts.path_of(stored.sha256).read_bytes() == CONTENT


def test_a_file_is_stored_as_its_bytes_would_be(in_app: Flask, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(CONTENT)
    assert artifacts.store(tmp_path / "source") == artifacts.store(CONTENT)


def test_the_same_content_lies_there_once(in_app: Flask) -> None:
    artifacts.store(CONTENT)
    artifacts.store(CONTENT)
    assert len(files_of(in_app)) == 1


def test_nothing_at_all_can_be_stored(in_app: Flask) -> None:
    assert artifacts.path_of(artifacts.store(b"").sha256).read_bytes() == b""


def test_a_full_disk_leaves_nothing_behind(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            artifacts.store(CONTENT)
    assert files_of(in_app) == []
    assert artifacts.store(CONTENT).bytes == len(CONTENT)


@pytest.mark.parametrize("sha256", ["0" * 64, "", "ab", "../../../etc/hostname"])
def test_what_is_not_in_the_store_is_not_found(in_app: Flask, sha256: str) -> None:
    artifacts.store(CONTENT)
    with pytest.raises(NotFoundError):
        artifacts.path_of(sha256)
