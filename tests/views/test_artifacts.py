"""Artifacts: previews that run nothing, downloads that stay downloads, a zip of all."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import outcomes
from dashboard.engine.outcomes import Origin
from tests.views.conftest import FILES, Lab, artifact_ids, claim, keep, start


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


def test_a_pdf_is_embedded_sandboxed_and_a_pretended_one_is_not(app: Flask, member: FlaskClient, lab: Lab) -> None:
    with app.app_context():
        run_id = start(lab)
        pretended = keep("pretended.pdf", "application/pdf", b"<script>alert(1)</script>")
        outcomes.succeed(claim(), {}, [keep("real.pdf", "application/pdf", b"%PDF-1.7\n"), pretended])
    ids = artifact_ids(app, run_id)
    answer = member.get(f"/artifacts/{ids['real.pdf']}/embedded")
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert f'src="/artifacts/{ids["real.pdf"]}/embedded"' in member.get(f"/artifacts/{ids['real.pdf']}").text
    assert "no preview" in member.get(f"/artifacts/{ids['pretended.pdf']}").text


def test_it_tells_who_made_the_file(app: Flask, member: FlaskClient, lab: Lab) -> None:
    with app.app_context():
        run_id = start(lab)
        outcomes.succeed(claim(), {}, [keep("a.txt", "text/plain", b"words")], origin=Origin(handler_version="7"))
    page = member.get(f"/artifacts/{artifact_ids(app, run_id)['a.txt']}").text
    told = " ".join(re.sub(r"<[^>]*>", " ", page[page.index("<dl") : page.index("</dl>")]).split())
    assert told.startswith("Kind text/plain, 5 bytes Made by handler first version 7, attempt 1 on worker-1, ")
    assert told.endswith(f"sha256 {hashlib.sha256(b'words').hexdigest()}")


def test_what_a_tree_leaves_out_is_a_link_away(app: Flask, member: FlaskClient, lab: Lab) -> None:
    content = json.dumps({"a/b": list(range(1000, 1450))}).encode()
    with app.app_context():
        run_id = start(lab)
        outcomes.succeed(claim(), {}, [keep("a.json", "application/json", content)])
    address = f"/artifacts/{artifact_ids(app, run_id)['a.json']}"
    page = member.get(address).text
    assert "1199" in page and "1200" not in page
    onward = re.search(r'<a href="([^"]*)">and 250 more entries</a>', page)
    assert onward
    page = member.get(onward[1].replace("&amp;", "&")).text
    assert "after 200 entries" in page and "1200" in page and "1400" not in page
    assert member.get(f"{address}?at=/a/b").status_code == 404


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
