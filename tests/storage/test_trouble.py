"""A bucket that is away, not there, or closed to us: nodes try again, commands and starts say what to set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dashboard import storage
from dashboard.cli import examinations
from dashboard.config import Settings, from_environment
from dashboard.engine.states import NodeStatus
from dashboard.environment import SettingsError
from jobs.context import NodeContext
from jobs.heartbeat import Heartbeat
from tests import factories
from tests.engine import steps
from tests.engine.test_runner import heartbeat, let

__all__ = ["heartbeat"]
AWAY = "http://127.0.0.1:9"
WRONG = {
    "AWS_ACCESS_KEY_ID": ("AKIANOBODYKNOWSIT", "refuses its key"),
    "AWS_SECRET_ACCESS_KEY": ("another secret", "refuses its key"),
    "ARTIFACTS_URL": ("s3://another-bucket", "no such bucket"),
}


@pytest.mark.parametrize("act", ["reads", "writes"])
def test_a_node_whose_store_is_away_tries_again(
    in_app: Flask, heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    def handle(context: NodeContext) -> dict[str, int]:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", AWAY)
        in_app.extensions["store"] = storage.of(in_app.extensions["settings"])
        context.paper.path.read_bytes() if act == "reads" else context.artifact("a.txt", "words")
        return {}

    claim, landing = let(handle, heartbeat, monkeypatch)
    [attempt] = steps.attempts_of(claim.id)
    assert landing.landed and attempt.error_type == "StorageError"
    assert "does not answer" in attempt.error_message
    assert factories.node_of(claim.run_id, "tested").status == NodeStatus.READY


def test_doctor_finds_that_the_bucket_can_be_written(in_app: Flask, settings: Settings, bucket: Any) -> None:
    (finding,) = examinations.examine_bucket(settings)
    assert finding.is_well and settings.artifacts_url in finding.sentence
    assert not [*bucket.objects.all()]


@pytest.mark.parametrize("name", WRONG)
def test_doctor_says_what_is_wrong(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    value, said = WRONG[name]
    monkeypatch.setenv(name, value)
    (finding,) = examinations.examine_bucket(from_environment({**environment, **({name: value})}))
    assert not finding.is_well and said in finding.sentence and "AWS_ACCESS_KEY_ID" in finding.mend


def test_doctor_says_that_it_is_away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", AWAY)
    (finding,) = examinations.examine_bucket(settings)
    assert not finding.is_well and "does not answer" in finding.sentence


def test_doctor_has_nothing_to_say_of_a_folder(tmp_path: Path) -> None:
    settings = from_environment({"PAPERSNITCH_HOME": str(tmp_path), "SECRET_KEY": "x"})
    assert [*examinations.examine_bucket(settings)] == []


@pytest.mark.parametrize("command", [["flask", "worker", "--burst"], ["flask", "sweeper"], ["gunicorn", "wsgi:app"]])
def test_a_process_with_a_wrong_bucket_does_not_start(environment: dict[str, str], command: list[str]) -> None:
    wrong = {**os.environ, **environment, "ARTIFACTS_URL": "s3://another-bucket", "PORT": "0"}
    program = [sys.executable, "-m", *command]
    done = subprocess.run(program, check=False, env=wrong, capture_output=True, text=True, timeout=100)
    assert done.returncode != 0
    assert "s3://another-bucket cannot be used: there is no such bucket." in done.stderr


def test_a_process_starts_while_the_bucket_is_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", AWAY)
    storage.demand(settings)
    assert "does not answer" in caplog.text
    with pytest.raises(SettingsError):
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "no address")
        storage.demand(settings)
