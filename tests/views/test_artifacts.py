"""Artifacts: previews that run nothing, downloads that stay downloads, a zip of all."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.views.conftest import FILES, artifact_ids


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("report.md", "<strong>72</strong>"),
        ("report.json", '<span class="key">score</span>'),
        ("row.csv", "<td>Vessels</td>"),
        ("log.txt", "two &lt;b&gt;"),
        ("dot.png", '<img class="picture"'),
        ("report.html", "<iframe"),
        ("model.bin", "no preview"),
    ],
)
def test_it_previews_each_kind(app: Flask, member: FlaskClient, finished: int, name: str, shown: str) -> None:
    answer = member.get(f"/artifacts/{artifact_ids(app, finished)[name]}")
    assert answer.status_code == 200
    assert shown in answer.text


def test_markdown_keeps_no_script(app: Flask, member: FlaskClient, finished: int) -> None:
    page = member.get(f"/artifacts/{artifact_ids(app, finished)['report.md']}").text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_html_is_embedded_only_in_a_sandbox(app: Flask, member: FlaskClient, finished: int) -> None:
    artifact = artifact_ids(app, finished)["report.html"]
    assert (
        f'<iframe class="sheet-frame" sandbox title="report.html" src="/artifacts/{artifact}/embedded">'
        in member.get(f"/artifacts/{artifact}").text
    )
    answer = member.get(f"/artifacts/{artifact}/embedded")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy


@pytest.mark.parametrize("name", ["report.md", "model.bin", "report.json"])
def test_nothing_else_is_embedded(app: Flask, member: FlaskClient, finished: int, name: str) -> None:
    assert member.get(f"/artifacts/{artifact_ids(app, finished)[name]}/embedded").status_code == 404


@pytest.mark.parametrize("name", list(FILES))
def test_a_download_is_an_inert_attachment(app: Flask, member: FlaskClient, finished: int, name: str) -> None:
    answer = member.get(f"/artifacts/{artifact_ids(app, finished)[name]}/download")
    assert answer.data == FILES[name][1]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_zip_holds_every_file_under_its_node(member: FlaskClient, finished: int) -> None:
    answer = member.get(f"/runs/{finished}/artifacts.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(f"second/{name}" for name in FILES)
        assert archive.read("second/row.csv") == FILES["row.csv"][1]


def test_every_answer_carries_the_policy(app: Flask, member: FlaskClient, client: FlaskClient, finished: int) -> None:
    for browser, page in (
        (member, "/"),
        (member, f"/runs/{finished}"),
        (member, "/runs/999"),
        (client, "/login"),
        (client, "/"),
    ):
        headers = browser.get(page).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'; style-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_page_has_inline_script_or_style(member: FlaskClient, finished: int, failed: int) -> None:
    pages = [
        "/",
        "/papers",
        "/runs",
        f"/runs/{failed}",
        f"/runs/{failed}/nodes/first",
        f"/runs/{finished}/nodes/second/log",
    ]
    for page in pages:
        text = member.get(page).text
        assert " style=" not in text, page
        assert "<style" not in text, page
        assert " onclick" not in text, page
        assert "hx-on" not in text, page
        assert text.count("<script") == text.count("<script src="), page
