"""The list of papers, and the runs of one."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.views.conftest import Lab


def test_it_gives_the_pdf_back_as_a_download(member: FlaskClient, lab: Lab) -> None:
    answer = member.get(f"/papers/{lab.paper_id}/download")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_paper_page_shows_nodes_against_runs(member: FlaskClient, lab: Lab, failed: int) -> None:
    page = member.get(f"/papers/{lab.paper_id}?view=runs").text
    assert f'href="/runs/{failed}/nodes/second"' in page
    assert 'title="blocked"' in page
