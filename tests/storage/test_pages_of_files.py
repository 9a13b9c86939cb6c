"""Papers and artifacts that lie in a bucket: handed in, looked at, taken out whole or in part."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import storage
from dashboard.engine import artifacts, outcomes
from dashboard.extensions import db
from dashboard.models import Paper
from tests.factories import SMALLEST_PDF
from tests.storage.conftest import keys
from tests.views.conftest import FILES, Lab, artifact_ids, claim, keep, start

AWAY = "http://127.0.0.1:9"
LARGE, MOST_AT_ONCE = 24 * 1024 * 1024, 8 * 1024 * 1024


def test_a_paper_that_is_handed_in_lies_in_the_bucket_and_comes_back(
    app: Flask, bucket: Any, member: FlaskClient
) -> None:
    content = SMALLEST_PDF + b"%% of a person\n"
    sent = member.post("/papers", data={"files": [(io.BytesIO(content), "mine.pdf")], "start": ""})
    assert sent.status_code < 400
    with app.app_context():
        paper = db.session.query(Paper).filter_by(filename="mine.pdf").one()
    assert any(key.endswith(paper.sha256[2:]) for key in keys(bucket))
    assert member.get(f"/papers/{paper.id}/download").data == content


def test_each_file_of_a_run_is_shown_and_sent(app: Flask, member: FlaskClient, finished: int) -> None:
    for name, number in artifact_ids(app, finished).items():
        assert member.get(f"/artifacts/{number}").status_code == 200
        assert member.get(f"/artifacts/{number}/download").data == FILES[name][1]


def test_a_part_of_a_file_is_sent_alone(app: Flask, member: FlaskClient, finished: int) -> None:
    number, content = artifact_ids(app, finished)["paper.pdf"], FILES["paper.pdf"][1]
    part = member.get(f"/artifacts/{number}/embedded", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, content[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(content)}"


def test_all_files_come_as_one_zip_and_the_lost_one_is_named(
    app: Flask, bucket: Any, member: FlaskClient, finished: int
) -> None:
    with app.app_context():
        lost = keep(*("row.csv", *FILES["row.csv"])).sha256
    bucket.Object(next(key for key in keys(bucket) if key.endswith(lost[2:]))).delete()
    with zipfile.ZipFile(io.BytesIO(member.get(f"/runs/{finished}/artifacts.zip").data)) as archive:
        names = set(archive.namelist())
        assert names == {f"second/{name}" for name in FILES if name != "row.csv"} | {"MISSING.txt"}
        assert archive.read("second/report.json") == FILES["report.json"][1]
        assert "second/row.csv" in archive.read("MISSING.txt").decode()


def test_a_large_zip_is_never_in_memory(app: Flask, lab: Lab, member: FlaskClient) -> None:
    with app.app_context():
        run_id = start(lab)
        kept = [keep(f"{name}.gz", "application/gzip", name.encode() * LARGE) for name in ("a", "b")]
        outcomes.succeed(claim(), {}, kept)
    answer = FlaskClient.open(member, f"/runs/{run_id}/artifacts.zip", buffered=False)
    tracemalloc.start()
    try:
        sent = sum(map(len, answer.response))
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        answer.close()
    assert sent > 2 * LARGE and most < MOST_AT_ONCE


def test_a_page_says_that_the_store_is_away(
    app: Flask, member: FlaskClient, finished: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = artifact_ids(app, finished)["log.txt"]
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", AWAY)
    app.extensions["store"] = storage.of(app.extensions["settings"])
    answer = member.get(f"/artifacts/{number}")
    assert answer.status_code == 503 and "does not answer" in answer.text


def test_a_file_is_not_fetched_to_be_reused(app: Flask, finished: int) -> None:
    sha256 = artifacts.digest(FILES["model.bin"][1])
    with app.app_context():
        assert artifacts.size_of(sha256) == len(FILES["model.bin"][1])
    assert not (app.extensions["settings"].home / "cache").exists()
