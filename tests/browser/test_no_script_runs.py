"""No file that was uploaded or produced, and no word of a paper, log or error, runs script in a real browser."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, expect
from sqlalchemy import select

from dashboard.engine import cohorts, outcomes
from dashboard.extensions import db
from dashboard.models import NodeArtifact
from jobs.logbook import Logbook
from tests.browser.site import sign_in
from tests.browser.stage import Stage
from tests.hostile import produced
from tests.views import conftest as acts

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.xdist_group("shared site")]

PATIENCE, MOST_CLICKS = 4000, 4  # milliseconds, links of a page
SURE = "<script>setTimeout(() => ran('sure'), 100)</script>"


@dataclass
class Watched:
    """A window in which somebody is signed in, and what ran in it or in any frame of it."""

    page: Page
    ran: list[str] = field(default_factory=list)

    def note(self, dialog: Dialog) -> None:
        """A dialog is script that ran, but for that of a PDF: it is the viewer's, which knows nothing of our pages."""
        if dialog.message != produced.OF_THE_VIEWER:
            self.ran.append(f"{self.page.url}: {dialog.message}")
        dialog.dismiss()

    def visit(self, address: str) -> None:
        """Open it, wait for all it loads, and click what asks to be clicked; a download is no page."""
        with contextlib.suppress(Error):
            self.page.goto(address, wait_until="load", timeout=PATIENCE)
            self.page.wait_for_timeout(50)
        for link in self.page.get_by_text("Click", exact=True).all()[:MOST_CLICKS]:
            with contextlib.suppress(Error):
                link.click(timeout=PATIENCE / 20, no_wait_after=True)


@pytest.fixture
def watched(chromium: Browser, stage: Stage) -> Iterator[Watched]:
    context: BrowserContext = chromium.new_context(accept_downloads=True)
    page = context.new_page()
    sign_in(page, stage.site, stage.email)
    window = Watched(page)
    context.expose_function("ran", lambda what: window.ran.append(f"{page.url}: {what}"))
    context.on("dialog", window.note)
    yield window
    context.close()


@pytest.fixture
def run(stage: Stage) -> int:
    """A run on a paper whose title is markup; its first node logged, answered and left everything hostile."""
    run_id, own = stage.run(produced.NAME + produced.SCRIPT), stage.claim()
    with stage.site.engine.app.app_context():
        book = Logbook(own)
        for words in (produced.MARKUP, produced.LINES, produced.MARKDOWN):
            book.add("error", words)
        book.write()
        kept = [acts.keep(name, kind, words.encode()) for name, (kind, words) in produced.FILES.items()]
        assert outcomes.succeed(own, {produced.NAME: produced.MARKUP, "svg": produced.SVG}, kept).landed
        acts.fail(stage.claim(), produced.MARKUP)
    return run_id


def files_of(stage: Stage, run_id: int) -> dict[str, str]:
    """The address of each file, by name."""
    with stage.site.engine.app.app_context():
        rows = db.session.execute(select(NodeArtifact.name, NodeArtifact.id).where(NodeArtifact.run_id == run_id))
        found = {row.name: f"{stage.url}/artifacts/{row.id}" for row in rows}
    assert found.keys() == produced.FILES.keys()
    return found


def test_no_file_runs_script_at_any_address_that_serves_it(stage: Stage, run: int, watched: Watched) -> None:
    for address in files_of(stage, run).values():
        for way in ("", "/embedded", "/download"):
            watched.visit(address + way)
    watched.visit(f"{stage.url}/runs/{run}/artifacts.zip")
    assert watched.ran == []


def test_no_word_of_a_paper_a_log_or_an_error_runs_script(stage: Stage, run: int, watched: Watched) -> None:
    with stage.site.engine.app.app_context():
        cohort = cohorts.create(stage.team_id, produced.NAME, produced.MARKUP, None)
    nodes = [f"/runs/{run}/nodes/{node}" for node in ("extract_text", "judge")]
    tabs = [f"{node}?tab={tab}" for node in nodes for tab in ("input", "output", "artifacts", "attempts")]
    logs = [f"{node}/log{more}" for node in nodes for more in ("", "?q=" + produced.SCRIPT, ".txt", ".ndjson", "/tail")]
    lists = ["/", "/papers", "/runs", f"/runs?q={produced.NAME}", "/cohorts", f"/cohorts/{cohort}", "/audit"]
    for address in [*lists, f"/runs/{run}", f"/runs/{run}/retry", *nodes, *tabs, *logs]:
        watched.visit(stage.url + address)
    assert watched.ran == []


def test_an_uploaded_paper_that_is_a_page_too_is_only_ever_a_download(
    stage: Stage, watched: Watched, tmp_path: Path
) -> None:
    polyglot = tmp_path / f"{produced.NAME}.html".replace("/", "")
    polyglot.write_text(produced.PDF)
    page = watched.page
    page.goto(f"{stage.url}/papers")
    page.locator("input[type=file]").first.set_input_files(polyglot)
    page.get_by_role("button", name="Upload").first.click()
    page.wait_for_load_state("networkidle")
    paper = page.get_by_role("link", name="onerror").first
    expect(paper).to_be_visible()
    address = stage.url + str(paper.get_attribute("href"))
    for way in ("", "/download", "?view=runs"):
        watched.visit(address + way)
    assert watched.ran == []


def test_script_that_does_run_is_seen(watched: Watched) -> None:
    """Or none of the above would mean anything: in a page, and in a frame of no origin."""
    watched.page.goto("about:blank")
    watched.page.set_content(f'{SURE}<iframe sandbox="allow-scripts" srcdoc="{SURE}"></iframe>')
    watched.page.wait_for_timeout(500)
    assert len(watched.ran) == 2
