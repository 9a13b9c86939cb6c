"""Uploading papers."""

from __future__ import annotations

from io import BytesIO

from flask.testing import FlaskClient

from tests.factories import SMALLEST_PDF
from tests.views.conftest import Lab


def pdf(mark: bytes, name: str = "new.pdf") -> tuple[BytesIO, str]:
    return BytesIO(SMALLEST_PDF + mark), name


def test_it_takes_a_paper_and_starts_a_run(member: FlaskClient, lab: Lab) -> None:
    answer = member.post("/papers", data={"files": [pdf(b"a")], "start": lab.workflow})
    assert answer.status_code == 303
    assert answer.location.startswith("/runs/")
    assert member.get(answer.location).status_code == 200


def test_it_only_keeps_a_paper_when_asked_to(member: FlaskClient) -> None:
    answer = member.post("/papers", data={"files": [pdf(b"a")], "start": ""})
    assert answer.location == "/papers"
    assert "1 paper added." in member.get("/papers").text


def test_it_names_a_bad_file_and_goes_on(member: FlaskClient) -> None:
    files = [pdf(b"a", "good.pdf"), (BytesIO(b"hello"), "bad.pdf"), (BytesIO(b""), "empty.pdf")]
    member.post("/papers", data={"files": files})
    page = member.get("/papers").text
    assert "1 paper added." in page
    assert "bad.pdf was not taken" in page
    assert "empty.pdf was not taken" in page


def test_the_same_file_again_is_the_paper_that_is_there(member: FlaskClient) -> None:
    member.post("/papers", data={"files": [pdf(b"same", "one.pdf")]})
    member.post("/papers", data={"files": [pdf(b"same", "two.pdf")]})
    page = member.get("/papers").text
    assert "one was here already" in page
    assert "two.pdf" not in page


def test_it_tells_the_script_where_to_go(member: FlaskClient, lab: Lab) -> None:
    answer = member.post(
        "/papers", data={"files": [pdf(b"a")], "start": lab.workflow}, headers={"Accept": "application/json"}
    )
    assert answer.get_json()["next"] == f"/runs/{answer.get_json()['runs'][0]}"


def test_it_says_that_no_file_was_chosen(member: FlaskClient) -> None:
    member.post("/papers", data={"start": ""})
    assert "No file was chosen." in member.get("/papers").text


def test_viewers_may_not_upload(viewer: FlaskClient) -> None:
    assert viewer.post("/papers", data={"files": [pdf(b"a")]}).status_code == 403
    assert "data-upload" not in viewer.get("/papers").text


def test_it_gives_the_pdf_back_as_a_download(member: FlaskClient, lab: Lab) -> None:
    answer = member.get(f"/papers/{lab.paper_id}/download")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_paper_page_shows_nodes_against_runs(member: FlaskClient, lab: Lab, failed: int) -> None:
    page = member.get(f"/papers/{lab.paper_id}?view=runs").text
    assert f'href="/runs/{failed}/nodes/second"' in page
    assert 'title="blocked"' in page
