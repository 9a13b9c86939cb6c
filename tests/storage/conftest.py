"""A real S3-compatible server in a process of its own, and the application with its files in a bucket there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import boto3
import pytest

from tests import schemas, services
from tests.views.conftest import finished, lab, member, sign_in

__all__ = ["finished", "lab", "member", "sign_in"]

NAME = "papers-of-us"
URL = f"s3://{NAME}/snitch/files"
MAY_ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
UNCHECKED = 3  # requests before the server checks keys and signatures: those that make a person, the rights, the key


@pytest.fixture(scope="session")
def s3() -> Iterator[dict[str, str]]:
    """Where a server is and which key opens it, as variables of the environment."""
    port = services.free_port()
    environment = {**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": str(UNCHECKED)}
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **quiet) as server:
        try:
            _wait_for(port)
            yield _key(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def bucket_there(s3: dict[str, str]) -> Iterator[Any]:
    session = boto3.session.Session(s3["AWS_ACCESS_KEY_ID"], s3["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1")
    resource = session.resource("s3", endpoint_url=s3["AWS_ENDPOINT_URL_S3"])
    yield resource.create_bucket(Bucket=NAME)
    resource.meta.client.close()


@pytest.fixture
def bucket(s3: dict[str, str], bucket_there: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket as boto3 sees it; the environment names the server and the key."""
    for name, value in s3.items():
        monkeypatch.setenv(name, value)
    yield bucket_there
    bucket_there.objects.delete()


@pytest.fixture
def engine_url(sqlite_schema: schemas.Schema) -> Iterator[str]:
    """One database will do: no statement here differs."""
    yield sqlite_schema.url
    sqlite_schema.empty()


@pytest.fixture
def environment(environment: dict[str, str], bucket: Any) -> dict[str, str]:
    """The application keeps its files in the bucket."""
    return {**environment, "ARTIFACTS_URL": URL}


def keys(bucket: Any) -> list[str]:
    """What lies in the bucket."""
    return sorted(each.key for each in bucket.objects.all())


def _key(endpoint: str) -> dict[str, str]:
    """A person who may do all in S3, and the key to sign with."""
    place = {"endpoint_url": endpoint, "region_name": "us-east-1"}
    iam = boto3.client("iam", **place, aws_access_key_id="nobody", aws_secret_access_key="nothing")
    iam.create_user(UserName="snitch")
    iam.put_user_policy(UserName="snitch", PolicyName="all", PolicyDocument=MAY_ALL)
    key = iam.create_access_key(UserName="snitch")["AccessKey"]
    iam.close()
    return {
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _wait_for(port: int, seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert time.monotonic() < give_up, "the S3 server does not answer"
        time.sleep(0.1)
