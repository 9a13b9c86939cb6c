"""Files in a bucket: by content, whole or not at all, read through copies on this host."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dashboard.config import from_environment
from dashboard.engine import artifacts
from dashboard.engine.errors import NotFoundError, StorageError
from dashboard.environment import SettingsError
from dashboard.storage.cache import Cache
from tests.storage.conftest import NAME, URL, keys

CONTENT = bytes(range(256)) * 10_000


def copies(app: Flask) -> list[Path]:
    return [path for path in (app.extensions["settings"].home / "cache").rglob("*") if path.is_file()]


def address(stored: artifacts.Stored) -> str:
    return f"snitch/files/{stored.sha256[:2]}/{stored.sha256[2:]}"


def test_what_is_stored_is_found_by_its_hash(in_app: Flask, bucket: Any) -> None:
    stored = artifacts.store(CONTENT)
    assert (stored.sha256, stored.bytes) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    assert keys(bucket) == [address(stored)]
    assert bucket.Object(address(stored)).get()["Body"].read() == CONTENT
    assert artifacts.path_of(stored.sha256).read_bytes() == CONTENT


def test_a_file_is_stored_as_its_bytes_would_be(in_app: Flask, bucket: Any, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(CONTENT)
    assert artifacts.store(tmp_path / "source") == artifacts.store(CONTENT)
    assert len(keys(bucket)) == 1


def test_the_same_again_is_not_sent_again(in_app: Flask, bucket: Any) -> None:
    stored = artifacts.store(CONTENT)
    bucket.put_object(Key=address(stored), Body=b"")
    artifacts.store(CONTENT)
    assert bucket.Object(address(stored)).content_length == 0


def test_nothing_at_all_can_be_stored(in_app: Flask) -> None:
    assert artifacts.path_of(artifacts.store(b"").sha256).read_bytes() == b""


@pytest.mark.parametrize("sha256", ["0" * 64, "", "ab", "../../../etc/hostname"])
def test_what_is_not_in_the_bucket_is_not_found(in_app: Flask, sha256: str) -> None:
    with pytest.raises(NotFoundError):
        artifacts.path_of(sha256)
    assert copies(in_app) == []


def test_a_file_is_fetched_once(in_app: Flask, bucket: Any) -> None:
    stored = artifacts.store(CONTENT)
    path = artifacts.path_of(stored.sha256)
    bucket.objects.delete()
    assert artifacts.path_of(stored.sha256) == path and path.read_bytes() == CONTENT
    assert artifacts.size_of(stored.sha256) is None


def test_other_bytes_than_the_hash_says_are_refused_and_not_kept(in_app: Flask, bucket: Any) -> None:
    stored = artifacts.store(CONTENT)
    bucket.put_object(Key=address(stored), Body=CONTENT[:-1])
    with pytest.raises(StorageError, match="other bytes"):
        artifacts.path_of(stored.sha256)
    assert copies(in_app) == []


def test_the_hash_goes_with_the_bytes_for_the_server_to_compare(in_app: Flask, bucket: Any) -> None:
    """The server of these tests keeps it, but does not compare."""
    head = bucket.meta.client.head_object(Bucket=NAME, Key=address(artifacts.store(CONTENT)), ChecksumMode="ENABLED")
    assert base64.b64decode(head["ChecksumSHA256"]) == hashlib.sha256(CONTENT).digest()


def test_a_removed_file_is_gone_here_too(in_app: Flask, bucket: Any) -> None:
    stored = artifacts.store(CONTENT)
    artifacts.path_of(stored.sha256)
    artifacts.the_store().remove(stored.sha256)
    assert (keys(bucket), copies(in_app)) == ([], [])


def test_copies_make_room_for_others_but_not_while_they_are_in_use(tmp_path: Path) -> None:
    cache, hashes = Cache(tmp_path, 150), [hashlib.sha256(bytes([number])).hexdigest() for number in range(4)]
    for number, sha256 in enumerate(hashes[:3]):
        path = tmp_path / sha256[:2] / sha256[2:]
        path.parent.mkdir()
        path.write_bytes(b"x" * 100)
        os.utime(path, (time.time() - 7200 * (2 - number),) * 2)
    cache.fill(hashes[3], [bytes([3])])
    assert [cache.find(sha256) is not None for sha256 in hashes] == [False, False, True, True]


def test_a_store_that_is_away_is_said_in_a_sentence(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    with pytest.raises(StorageError, match=f"The store {URL} does not answer"):
        artifacts.store(CONTENT)


@pytest.mark.parametrize("url", ["s3://", "s3:/papers", "https://papers", "s3://Papers", "s3://papers?x=1"])
def test_what_is_no_bucket_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="ARTIFACTS_URL"):
        from_environment({"SECRET_KEY": "x", "ARTIFACTS_URL": url})


def test_nothing_of_the_library_is_loaded_where_no_bucket_is_configured(tmp_path: Path) -> None:
    look = "import sys, dashboard; dashboard.create_app(); print([name for name in sys.modules if 'boto' in name])"
    environment = {"PAPERSNITCH_HOME": str(tmp_path), "SECRET_KEY": "x"}
    done = subprocess.run([sys.executable, "-c", look], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
