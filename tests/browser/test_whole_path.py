"""The whole path in a real browser: sign in, upload, start, watch, read why it failed, retry, download the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, Site
from tests.repositories.builder import GOOD, build
from tests.repositories.git_server import serve

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
A_WHILE = 90_000

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def sign_in(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.get_by_label("Email").fill(site.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()


def state_of(page: Page, node: str) -> str:
    row = page.locator("table.nodes tr", has=page.get_by_role("link", name=node, exact=True))
    return row.locator(".state").inner_text().strip()


def test_a_paper_is_checked_fails_is_retried_and_reported(page: Page, site: Site, tmp_path: Path) -> None:
    sign_in(page, site)

    page.locator("select[name=start]").select_option("")
    page.locator("input[type=file]").set_input_files(SAMPLES / "good.pdf")
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("link", name="good", exact=True).click()
    page.get_by_role("link", name="With inputs").click()
    page.locator("[name='input.repository']").fill(f"http://127.0.0.1:{site.code_port}/lab/tiny")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/runs/*")

    page.evaluate("window.stayed = true")
    expect(page.locator("#run-facts .state")).to_contain_text("failed", timeout=A_WHILE)
    assert page.evaluate("window.stayed"), "the page was loaded anew"
    assert state_of(page, "extract_text") == "done"
    assert state_of(page, "fetch_repo") == "failed"
    assert state_of(page, "generate_report") == "blocked"
    expect(page.locator(".exception")).to_contain_text("cannot be reached: connection refused")
    page.get_by_role("link", name="Traceback").click()
    expect(page.locator(".quote").last).to_contain_text("TransientError")
    page.go_back()

    build(tmp_path / "served" / "lab" / "tiny.git", GOOD)
    with serve(tmp_path / "served", site.code_port):
        page.get_by_role("link", name="Retry", exact=True).click()
        page.get_by_role("button", name="Retry").click()
        page.wait_for_url("**/runs/*")
        page.evaluate("window.stayed = true")
        expect(page.locator("#run-facts .state")).to_contain_text("done", timeout=A_WHILE)
        assert page.evaluate("window.stayed"), "the page was loaded anew"

    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "report.html"
    assert "<html" in download.value.path().read_text()


def test_it_works_with_scripting_off(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    page.locator("select[name=start]").select_option("pdf_analysis")
    page.locator("input[type=file]").set_input_files(SAMPLES / "poor.pdf")
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/runs/*")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#run-facts .state")).to_contain_text("cancel")
    context.close()
