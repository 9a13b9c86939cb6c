"""Files in a bucket of an S3-compatible server, read through a cache of this host.

Keys, region and `AWS_ENDPOINT_URL_S3` come from the environment as boto3 reads it. A file goes there in one request
that carries its sha256, which the server compares: it is there whole or not at all.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, PartialCredentialsError

from dashboard.engine.errors import StorageError
from dashboard.environment import SettingsError
from dashboard.storage.cache import Cache
from dashboard.storage.writing import CHUNK

ABSENT = frozenset({"404", "NoSuchKey"})
REFUSALS = {
    "404": "there is no such bucket",
    "NoSuchBucket": "there is no such bucket",
    "403": "the server refuses its key, or the key may not use it",
    "AccessDenied": "the key may not use it",
    "InvalidAccessKeyId": "the server does not know its key",
    "SignatureDoesNotMatch": "the secret does not belong to its key",
}
PATIENCE = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=20,
    request_checksum_calculation="when_required",  # some S3-compatible servers know no others
    response_checksum_validation="when_required",
)


class Bucket:
    """`dashboard.storage.Store` in `s3://bucket/prefix`."""

    def __init__(self, url: str, cache: Cache) -> None:
        self._url = url
        self._bucket, self._prefix = _parts(url)
        self._cache = cache

    def put(self, sha256: str, content: bytes | Path) -> None:
        if self.size_of(sha256) is not None:
            return
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        source = BytesIO(content) if isinstance(content, bytes) else content.open("rb")
        with _plainly(self._url), source:
            self._client.put_object(
                **self._of(sha256), Body=source, ChecksumAlgorithm="SHA256", ChecksumSHA256=checksum
            )

    def size_of(self, sha256: str) -> int | None:
        with _plainly(self._url):
            try:
                return int(self._client.head_object(**self._of(sha256))["ContentLength"])
            except ClientError as error:
                if _code(error) in ABSENT:
                    return None
                raise

    def path_of(self, sha256: str) -> Path | None:
        if copy := self._cache.find(sha256):
            return copy
        with _plainly(self._url):
            try:
                body = self._client.get_object(**self._of(sha256))["Body"]
            except ClientError as error:
                if _code(error) in ABSENT:
                    return None
                raise
            with body:
                return self._cache.fill(sha256, body.iter_chunks(CHUNK))

    def remove(self, sha256: str) -> None:
        with _plainly(self._url):
            self._client.delete_object(**self._of(sha256))
        self._cache.forget(sha256)

    def _of(self, sha256: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": f"{self._prefix}{sha256[:2]}/{sha256[2:]}"}

    @functools.cached_property
    def _client(self) -> Any:
        return _client()


def examine(url: str) -> str:
    """Write and remove a trial file there; SettingsError where there is no such bucket, or the key is wrong."""
    bucket, prefix = _parts(url)
    probe = {"Bucket": bucket, "Key": f"{prefix}.doctor"}
    with _plainly(url):
        try:
            client = _client()  # one of its own: the processes that this one forks must not share its connections
            client.head_bucket(Bucket=bucket)
            client.put_object(**probe, Body=b"")
            client.delete_object(**probe)
        except (NoCredentialsError, PartialCredentialsError, NoRegionError) as error:
            raise SettingsError(f"{url} cannot be used: {error}") from error
        except ClientError as error:
            if _code(error) not in REFUSALS:
                raise
            raise SettingsError(f"{url} cannot be used: {REFUSALS[_code(error)]}.") from error
    return f"{url} can be written"


@contextmanager
def _plainly(url: str) -> Iterator[None]:
    """What the library raises, as one sentence of ours."""
    try:
        yield
    except ClientError as error:
        why = REFUSALS.get(_code(error), str(error))
        raise StorageError(f"The store {url} refuses: {why}.") from error
    except BotoCoreError as error:
        raise StorageError(f"The store {url} does not answer: {error}") from error


def _parts(url: str) -> tuple[str, str]:
    """The bucket, and what each key in it begins with."""
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    return bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else ""


def _client() -> Any:
    try:
        return boto3.session.Session().client("s3", config=PATIENCE)
    except ValueError as error:  # such as an endpoint that is no URL
        raise SettingsError(f"AWS_ENDPOINT_URL_S3 cannot be used: {error}") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
