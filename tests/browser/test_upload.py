"""Uploads in a real browser, with scripts and without: how far they are, what became of each file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import Site, sign_in
from tests.browser.stage import Stage
from tests.factories import SMALLEST_PDF

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LISTEN = """() => { const form = document.querySelector("[data-upload]"); sessionStorage.told = "";
  const words = () => [form.querySelector("output"), ...form.querySelectorAll("ol li")].map((one) => one.textContent);
  new MutationObserver(() => { sessionStorage.told += words().join("|") + "\\n"; })
    .observe(form, { subtree: true, childList: true, characterData: true }); }"""
DROP = """(form) => { const files = new DataTransfer();
  for (const [name, text] of [["one.pdf", "%PDF-dropped"], ["two.txt", "no"]]) files.items.add(new File([text], name));
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true })); }"""


@pytest.fixture
def conference(tmp_path: Path) -> list[Path]:
    """A paper, a file that is none, and a zip of two papers and a word."""
    files = {"alone.pdf": SMALLEST_PDF + b"alone", "broken.pdf": b"no paper"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.writestr("oral/first.pdf", SMALLEST_PDF + b"first")
        packed.writestr("poster/again.pdf", SMALLEST_PDF + b"alone")
        packed.writestr("README.txt", "Welcome")
    return [tmp_path / name for name in (*files, "all.zip")]


def put(page: Page, files: list[Path] | Path, then: str) -> None:
    page.locator("select[name=start]").select_option(then)
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="Upload").click()


def rows(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator("main tbody tr").all_inner_texts()]


def test_it_tells_how_far_it_is_and_what_became_of_each(page: Page, stage: Stage, conference: list[Path]) -> None:
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/papers")
    page.evaluate(LISTEN)
    put(page, conference, "")
    page.wait_for_url("**/papers/uploads/*")
    told = page.evaluate("sessionStorage.told")
    assert "file 1 of 3, " in told
    assert "file 3 of 3, sent; taking it in" in told
    assert "broken.pdf is not a PDF: it does not begin with %PDF-." in told.split("file 3 of 3")[0]
    expect(page.get_by_role("heading", name="5 files uploaded")).to_be_visible()
    found = rows(page)
    assert [row.split()[0] for row in found] == ["alone.pdf", "broken.pdf", "all.zip:", "all.zip:", "all.zip:"]
    assert "here already The same file is here as alone.pdf." in found[3]
    assert "left out It is not a PDF." in found[4]


def test_a_run_is_started_with_two_clicks(page: Page, stage: Stage, conference: list[Path]) -> None:
    sign_in(page, stage.site, stage.email)
    page.locator("select[name=start]").select_option(stage.workflow)
    page.locator("input[type=file]").set_input_files(conference[0])
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/runs/*")
    expect(page.get_by_role("heading", name="alone")).to_be_visible()


def test_dropped_files_are_sent_at_once(page: Page, stage: Stage) -> None:
    sign_in(page, stage.site, stage.email)
    page.locator("[data-upload]").evaluate(DROP)
    page.wait_for_url("**/papers/uploads/*")
    assert len(rows(page)) == 2


def test_a_broken_connection_is_told_and_the_files_can_be_sent_again(
    page: Page, stage: Stage, conference: list[Path]
) -> None:
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/papers")
    page.route("**/papers", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    put(page, conference[:1], "")
    expect(page.locator(".drop output")).to_contain_text("The connection broke.")
    page.unroute("**/papers")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("link", name="alone", exact=True)).to_be_visible()


def test_whoever_was_signed_out_meanwhile_is_told(page: Page, stage: Stage, conference: list[Path]) -> None:
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/papers")
    page.context.clear_cookies()
    put(page, conference[:1], "")
    expect(page.locator(".drop output")).to_contain_text("This page is too old. Reload it")


def test_without_scripts_each_file_is_told_too(chromium: Browser, stage: Stage, conference: list[Path]) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, stage.site, stage.email)
    put(page, conference, "")
    page.wait_for_url("**/papers/uploads/*")
    assert len(rows(page)) == 5
    page.get_by_role("link", name="refused").click()
    page.wait_for_url("**fate=REFUSED")
    assert len(rows(page)) == 1
    context.close()


def test_what_is_too_large_is_told_with_scripts_and_without(
    page: Page, chromium: Browser, small_site: Site, tmp_path: Path
) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(SMALLEST_PDF + bytes(40 * 1024 * 1024))
    sign_in(page, small_site)
    put(page, large, "")
    expect(page.locator(".fates")).to_contain_text("It is larger than this site accepts")
    page.locator("[data-upload]").evaluate("(form) => { form.dataset.most = 1e12; }")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".fates")).to_contain_text("It is larger than this site accepts")
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    sign_in(plain, small_site)
    put(plain, large, "")
    expect(plain.get_by_text("The upload is larger than this site accepts.")).to_be_visible()
    context.close()


@pytest.fixture
def small_site(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Site:
    """A site that takes no more than two megabytes at once."""
    monkeypatch.setenv("MAX_UPLOAD_MB", "1")
    monkeypatch.setenv("MAX_BATCH_MB", "2")
    site: Site = request.getfixturevalue("site")
    return site
