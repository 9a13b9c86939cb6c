"""What is sent as a paper and is none, or more than one thing at once: refused at the door, or taken as a PDF alone."""

from __future__ import annotations

import json
import stat
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.extensions import db
from dashboard.models import Paper
from tests.hostile.uploads import POLYGLOTS, REFUSED, ZIPS, packed

LINES = {"Accept": "application/x-ndjson"}


def fates(browser: FlaskClient, name: str, content: bytes) -> list[dict[str, Any]]:
    """What became of each file of an upload of that one."""
    answer = browser.post("/papers", data={"files": [(BytesIO(content), name)]}, headers=LINES)
    assert answer.status_code == 200, answer.text
    return [line for line in map(json.loads, answer.text.splitlines()) if "fate" in line]


def papers(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Paper).count()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_paper_is_refused_by_name(app: Flask, member: FlaskClient, name: str) -> None:
    before = papers(app)
    content, told = REFUSED[name]
    (fate,) = fates(member, name, content)
    assert (fate["name"], fate["fate"]) == (name, "REFUSED")
    assert told in fate["message"]
    assert papers(app) == before


@pytest.mark.parametrize("name", ZIPS)
def test_a_zip_gives_up_its_papers_and_nothing_else(app: Flask, member: FlaskClient, name: str) -> None:
    entries, expected = ZIPS[name]
    home = Path(app.extensions["settings"].home)
    outside = set(home.parent.iterdir())
    assert [fate["fate"] for fate in fates(member, "all.zip", packed(*entries))] == expected
    assert set(home.parent.iterdir()) == outside
    assert not [path for path in home.rglob("*") if "climbed" in path.name or "rooted" in path.name]
    modes = [path.stat().st_mode for path in (home / "artifacts").rglob("*") if path.is_file()]
    assert not [mode for mode in modes if mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)]


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_file_of_two_kinds_is_a_pdf_alone(member: FlaskClient, name: str) -> None:
    (fate,) = fates(member, "both.pdf", POLYGLOTS[name])
    assert fate["fate"] == "ADDED"
    download = member.get(fate["paper"] + "/download")
    assert download.mimetype == "application/pdf"
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert download.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert download.headers["X-Content-Type-Options"] == "nosniff"
