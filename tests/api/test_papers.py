"""Papers for programs: listed page by page, looked at, downloaded, uploaded."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

from flask import Flask

from dashboard.engine import cohorts
from dashboard.reads import cohorts as cohort_lists
from tests import factories
from tests.api.conftest import Program, is_problem
from tests.views.conftest import Lab

NEW = factories.SMALLEST_PDF + b"%% sent by a program\n"


def sent(name: str = "new.pdf", content: bytes = NEW, **fields: Any) -> dict[str, Any]:
    return {"data": {"files": (BytesIO(content), name), **fields}, "content_type": "multipart/form-data"}


def test_it_lists_papers_with_their_newest_run(program: Program, lab: Lab, failed: int) -> None:
    (paper,) = program.told("/papers")["items"]
    assert (paper["id"], paper["run_id"], paper["run_status"]) == (lab.paper_id, failed, "FAILED")


def test_it_lists_page_by_page(app: Flask, program: Program, lab: Lab) -> None:
    with app.app_context():
        for number in range(4):
            program.post("/papers", **sent(content=NEW + b"%d" % number))
    seen, address = [], "/papers?limit=2"
    while address:
        found = program.told(address)
        seen += [paper["id"] for paper in found["items"]]
        address = found["next"]
    assert len(seen) == 5 and seen == sorted(seen, reverse=True)


def test_next_keeps_the_filter(app: Flask, program: Program) -> None:
    for number in range(3):
        program.post("/papers", **sent(f"wanted-{number}.pdf", NEW + b"%d" % number))
    found = program.told("/papers?q=wanted&order=oldest&limit=2")
    assert [one["title"] for one in found["items"]] == ["wanted-0", "wanted-1"]
    assert [one["title"] for one in program.told(found["next"])["items"]] == ["wanted-2"]


def test_a_cursor_of_somebody_elses_making_is_refused(program: Program) -> None:
    for cursor in ("%FF", "x", "MTI6YWJj", "é"):
        assert is_problem(program.get(f"/runs?cursor={cursor}"), 422), cursor


def test_it_shows_a_paper_with_its_runs(program: Program, lab: Lab, failed: int) -> None:
    paper = program.told(f"/papers/{lab.paper_id}")
    assert [run["id"] for run in paper["runs"]] == [failed]
    assert len(paper["sha256"]) == 64


def test_it_hands_out_the_pdf(program: Program, lab: Lab) -> None:
    answer = program.get(f"/papers/{lab.paper_id}/file")
    assert answer.content_type == "application/pdf" and answer.data.startswith(b"%PDF-")


def test_it_takes_in_a_paper(program: Program) -> None:
    answer = program.post("/papers", **sent())
    (file,) = answer.get_json()["files"]
    assert answer.status_code == 201 and file["fate"] == "ADDED"
    assert program.told(f"/papers/{file['paper_id']}")["filename"] == "new.pdf"


def test_it_starts_a_workflow_on_each_of_a_zip_and_puts_them_in_a_cohort(
    app: Flask, program: Program, lab: Lab
) -> None:
    with app.app_context():
        cohort_id = cohorts.create(lab.team_id, "A venue", "", None)
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("a.pdf", NEW + b"a")
        archive.writestr("b.pdf", b"no PDF")
    answer = program.post("/papers", **sent("all.zip", packed.getvalue(), start=lab.workflow, cohort=str(cohort_id)))
    fates = {file["name"]: (file["fate"], file["run_id"] is not None) for file in answer.get_json()["files"]}
    assert fates == {"all.zip: a.pdf": ("ADDED", True), "all.zip: b.pdf": ("REFUSED", False)}
    with app.app_context():
        assert len(cohort_lists.members([cohort_id])) == 1


def test_an_upload_without_a_file_is_refused(program: Program, lab: Lab) -> None:
    answer = program.post("/papers", data={"start": lab.workflow}, content_type="multipart/form-data")
    assert is_problem(answer, 422)
    assert is_problem(program.post("/papers", json={"files": []}), 415)


def test_an_upload_into_another_teams_cohort_is_refused_whole(app: Flask, program: Program, stranger: Program) -> None:
    with app.app_context():
        theirs = cohorts.create(factories.team().id, "Theirs", "", None)
    assert is_problem(program.post("/papers", **sent(cohort=str(theirs))), 404)
    assert len(program.told("/papers")["items"]) == 1
