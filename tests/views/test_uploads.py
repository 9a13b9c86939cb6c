"""Uploading papers, one or many: a form, a script that is told of each file, and the page of what became of them."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import uploads
from dashboard.engine.uploads import Taken, Terms
from tests.factories import SMALLEST_PDF
from tests.views.conftest import Lab

LINES = {"Accept": "application/x-ndjson"}


def pdf(mark: bytes, name: str = "new.pdf") -> tuple[BytesIO, str]:
    return BytesIO(SMALLEST_PDF + mark), name


def zipped(name: str = "all.zip", **files: bytes) -> tuple[BytesIO, str]:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    packed.seek(0)
    return packed, name


def told(browser: FlaskClient, **sent: Any) -> list[dict[str, Any]]:
    """The lines with which the script is answered."""
    answer = browser.post("/papers", data=sent, headers=LINES)
    assert answer.mimetype == LINES["Accept"]
    return [json.loads(line) for line in answer.text.splitlines()]


def test_it_takes_a_paper_and_starts_a_run(member: FlaskClient, lab: Lab) -> None:
    answer = member.post("/papers", data={"files": [pdf(b"a")], "start": lab.workflow})
    assert answer.status_code == 303
    assert answer.location.startswith("/runs/")
    assert member.get(answer.location).status_code == 200


def test_it_only_keeps_a_paper_when_asked_to(member: FlaskClient) -> None:
    answer = member.post("/papers", data={"files": [pdf(b"a", "kept.pdf")], "start": ""})
    assert answer.location == "/papers"
    assert "kept.pdf" in member.get("/papers").text


def test_it_names_a_bad_file_and_goes_on(member: FlaskClient) -> None:
    files = [(BytesIO(b"hello"), "bad.pdf"), (BytesIO(b""), "empty.pdf"), pdf(b"a", "good.pdf")]
    answer = member.post("/papers", data={"files": files})
    page = member.get(answer.location).text
    assert "3 files uploaded" in page
    assert "bad.pdf is not a PDF: it does not begin with %PDF-." in page
    assert "empty.pdf is empty." in page
    assert "good.pdf" in member.get("/papers").text


def test_the_same_file_again_points_to_the_paper_that_is_there(member: FlaskClient) -> None:
    member.post("/papers", data={"files": [pdf(b"same", "one.pdf")]})
    answer = member.post("/papers", data={"files": [pdf(b"same", "two.pdf")]})
    page = member.get(answer.location).text
    assert "The same file is here as one.pdf." in page
    assert 'href="/papers/' in page
    assert "two.pdf" not in member.get("/papers").text


def test_the_same_file_again_starts_no_second_run(member: FlaskClient, lab: Lab) -> None:
    first = member.post("/papers", data={"files": [pdf(b"same", "one.pdf")], "start": lab.workflow})
    again = told(member, files=[pdf(b"same", "two.pdf"), pdf(b"same", "three.pdf")], start=lab.workflow)
    assert [line["run"] for line in again[1:-1]] == [first.location] * 2


def test_it_tells_the_script_of_each_file(member: FlaskClient, lab: Lab) -> None:
    first, good, bad, last = told(member, files=[pdf(b"a"), (BytesIO(b"no"), "bad.pdf")], start=lab.workflow)
    assert (good["name"], good["fate"]) == ("new.pdf", "ADDED")
    assert good["run"].startswith("/runs/")
    assert (bad["fate"], bad["message"]) == ("REFUSED", "bad.pdf is not a PDF: it does not begin with %PDF-.")
    assert last["next"] == f"/papers/uploads/{first['upload']}"


def test_files_sent_one_by_one_are_one_upload(member: FlaskClient) -> None:
    first = told(member, files=[pdf(b"a", "first.pdf")])[0]["upload"]
    second = told(member, files=[pdf(b"b", "second.pdf")], upload=first)
    assert second[-1]["next"] == f"/papers/uploads/{first}"
    page = member.get(second[-1]["next"]).text
    assert "first.pdf" in page
    assert "second.pdf" in page


def test_nobody_continues_the_upload_of_another(app: Flask, member: FlaskClient, lab: Lab) -> None:
    with app.app_context():
        other = uploads.begin(lab.team_id, None)
    assert told(member, files=[pdf(b"a")], upload=other)[0]["upload"] != other


def test_a_zip_is_taken_in_file_by_file(member: FlaskClient, lab: Lab) -> None:
    files = {"a/one.pdf": SMALLEST_PDF + b"1", "b/one.pdf": SMALLEST_PDF + b"2", "README.md": b"# Read me"}
    lines = told(member, files=[zipped(**files)], start=lab.workflow)[1:-1]
    assert [(line["name"], line["fate"]) for line in lines] == [
        ("all.zip: a/one.pdf", "ADDED"), ("all.zip: b/one.pdf", "ADDED"), ("all.zip: README.md", "LEFT_OUT"),
    ]  # fmt: skip
    assert len({line["run"] for line in lines[:2]}) == 2


def test_a_zip_that_is_none_is_named_and_the_others_go_on(member: FlaskClient) -> None:
    broken, good = told(member, files=[(BytesIO(b"PK\x03\x04 and no more"), "all.zip"), pdf(b"a")])[1:-1]
    assert (broken["fate"], broken["message"]) == ("REFUSED", "It is damaged or no zip: it cannot be opened.")
    assert good["fate"] == "ADDED"


def test_it_says_that_no_file_was_chosen(member: FlaskClient) -> None:
    member.post("/papers", data={"start": ""})
    assert "No file was chosen." in member.get("/papers").text


@pytest.mark.parametrize(
    "name", ["../../x.pdf", "n" * 300 + ".pdf", "🎉 Ünïcode 👩‍🔬.pdf", "a\x1b[31m\u202efdp.exe.pdf", ".."]
)
def test_any_name_is_kept_as_a_plain_one(member: FlaskClient, name: str) -> None:
    added = told(member, files=[pdf(b"a", name)])[1]
    page = member.get(added["paper"])
    download = member.get(added["paper"] + "/download")
    assert (page.status_code, download.status_code) == (200, 200)
    shown = member.get("/papers").text
    assert "../" not in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_paper_that_is_too_large_is_named(app: Flask, member: FlaskClient, lab: Lab) -> None:
    with app.app_context():
        terms = Terms(lab.team_id, None, None, most_each=1024 * 1024, most_in_all=10**9)
        upload_id = uploads.begin(lab.team_id, None)
        large = BytesIO(SMALLEST_PDF + bytes(1024 * 1024))
        assert list(uploads.take_in(upload_id, "large.pdf", large, terms)) == [
            Taken("large.pdf", uploads.Fate.REFUSED, message="It is larger than 1 MB, the most a paper may weigh.")
        ]
    assert "large.pdf" in member.get(f"/papers/uploads/{upload_id}?fate=REFUSED").text


def test_viewers_may_not_upload(viewer: FlaskClient) -> None:
    assert viewer.post("/papers", data={"files": [pdf(b"a")]}).status_code == 403
    assert "data-upload" not in viewer.get("/papers").text
