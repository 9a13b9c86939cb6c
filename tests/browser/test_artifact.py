"""Files in a real browser: shown as what they are, running nothing, opened by key and found by line."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from dashboard.engine import outcomes
from dashboard.extensions import db
from dashboard.models import NodeArtifact
from tests.browser.site import sign_in
from tests.browser.stage import Stage
from tests.views.conftest import keep

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.xdist_group("shared site")]

PDF = Path(__file__).resolve().parents[2] / "samples" / "good.pdf"
SCRIPT = "<script>top.document.title = 'gone'; document.title = 'gone'</script>"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" onload="document.title=\'gone\'">{SCRIPT}</svg>'
FILES = {
    "page.html": ("text/html", f"<h1>A page</h1>{SCRIPT}".encode()),
    "drawing.svg": ("image/svg+xml", SVG.encode()),
    "notes.md": ("text/markdown", f"# Notes\n\n{SCRIPT} [the page](page.html)".encode()),
    "lines.txt": ("text/plain", "".join(f"line {number}\n" for number in range(1, 3001)).encode()),
    "tree.json": ("application/json", json.dumps({"a": {"b": list(range(60))}, "c": SCRIPT}).encode()),
    "paper.pdf": ("application/pdf", PDF.read_bytes()),
}


@pytest.fixture
def files(page: Page, stage: Stage) -> dict[str, str]:
    """The addresses of a file of each kind, by name, and somebody signed in who may see them."""
    run_id, own = stage.run(), stage.claim()
    with stage.site.engine.app.app_context():
        kept = [keep(name, media_type, content) for name, (media_type, content) in FILES.items()]
        assert outcomes.succeed(own, {}, kept).landed
        rows = db.session.execute(select(NodeArtifact.name, NodeArtifact.id).where(NodeArtifact.run_id == run_id))
        addresses = {row.name: f"{stage.url}/artifacts/{row.id}" for row in rows}
    sign_in(page, stage.site, stage.email)
    return addresses


@pytest.mark.parametrize("name", ["page.html", "drawing.svg"])
def test_a_file_runs_no_script_in_its_frame_nor_by_itself(page: Page, files: dict[str, str], name: str) -> None:
    page.goto(files[name])
    expect(page).to_have_title(re.compile(f"^{name}"))
    page.wait_for_load_state("networkidle")
    expect(page).to_have_title(re.compile(f"^{name}"))
    page.goto(f"{files[name]}/embedded")
    page.wait_for_load_state("networkidle")
    assert "gone" not in page.title()


def test_markdown_runs_nothing_and_leads_to_the_file_beside_it(page: Page, files: dict[str, str]) -> None:
    page.goto(files["notes.md"])
    expect(page.get_by_role("heading", name="Notes", exact=True)).to_be_visible()
    page.get_by_role("link", name="the page", exact=True).click()
    expect(page).to_have_title(re.compile(r"^page\.html"))


def test_a_pdf_is_drawn_by_the_browser(page: Page, files: dict[str, str]) -> None:
    """Its viewer is a frame of the browser's own within ours."""
    page.goto(files["paper.pdf"])
    expect(page.locator("iframe")).to_be_visible()
    give_up = time.monotonic() + 20
    while not any(frame.url.startswith("chrome-extension://") for frame in page.frames):
        assert time.monotonic() < give_up
        page.wait_for_timeout(100)


def test_a_line_of_a_long_text_is_landed_on(page: Page, files: dict[str, str]) -> None:
    page.goto(f"{files['lines.txt']}#L2345")
    expect(page.locator("#L2345.chosen")).to_be_in_viewport()
    assert page.locator(".log li").count() == 1000
    page.keyboard.press("e")  # a text has no errors to go to, and the key does no harm
    expect(page.locator("#L2345.chosen")).to_be_in_viewport()


def test_a_tree_opens_and_closes_by_key(page: Page, files: dict[str, str]) -> None:
    page.goto(files["tree.json"])
    inner = page.locator(".tree details details details")
    expect(inner).not_to_have_attribute("open", "")
    page.locator(".tree > details > summary").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(inner).to_have_attribute("open", "")
    expect(inner.locator("li").last).to_have_text(re.compile(r"59\s+59"))
    page.keyboard.press("Enter")
    expect(inner).not_to_have_attribute("open", "")
