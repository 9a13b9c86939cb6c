"""A cohort in a real browser: filled by an upload, watched until it is judged, read on a phone, laid beside another."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Site
from tests.papers.printing import lines, print_pdf

A_WHILE = 90_000

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def sign_in(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.get_by_label("Email").fill(site.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()


def make_cohort(page: Page, name: str) -> None:
    page.get_by_role("link", name="Cohorts").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def papers(folder: Path) -> list[Path]:
    """Two papers that name no repository, so that no host need answer: only one speaks of its limitations."""
    about = ["# On Vessels", "We segment vessels with a method of our own.", "# 1 Introduction", "Vessels are thin."]
    careful = [*about, "# 2 Limitations", "A limitation of our method is that it needs large vessels."]
    return [print_pdf(folder / "careful.pdf", lines(careful)), print_pdf(folder / "hasty.pdf", lines(about))]


def upload_and_start(page: Page, files: list[Path]) -> None:
    page.get_by_text("Upload into this cohort").click()
    page.locator("select[name=start]").select_option("pdf_analysis")
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="Upload").click()


def fits(page: Page) -> bool:
    """Whether nothing makes the page wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_cohort_is_filled_watched_and_read(page: Page, site: Site, tmp_path: Path) -> None:
    sign_in(page, site)
    make_cohort(page, "MICCAI 2025")
    make_cohort(page, "MICCAI 2026")
    upload_and_start(page, papers(tmp_path))
    expect(page.locator("#cohort-facts")).to_contain_text("of 2 papers judged")
    page.evaluate("window.stayed = true")
    page.get_by_text("Rename or delete").click()
    page.get_by_label("Description").fill("half typed")
    expect(page.locator("#cohort-facts")).to_contain_text("2 of 2 papers judged", timeout=A_WHILE)
    assert page.evaluate("window.stayed"), "the page was loaded anew"
    expect(page.get_by_label("Description")).to_have_value("half typed")

    expect(page.get_by_role("img", name="Limitations: 1 met, 1 not met, 0 not applicable")).to_be_visible()
    expect(page.get_by_role("img", name="Scores of MICCAI 2026")).to_be_visible()
    assert page.locator(".ranked tbody tr").count() == 2
    with page.expect_download() as download:
        page.get_by_role("link", name="Papers as CSV").click()
    assert len(download.value.path().read_text("utf-8-sig").splitlines()) == 3

    page.set_viewport_size({"width": 375, "height": 800})
    assert fits(page)
    page.get_by_label("Beside").select_option(label="MICCAI 2025")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("nothing to compare").first).to_be_visible()
    assert fits(page)


def test_the_same_paper_run_twice_differs_in_nothing(page: Page, site: Site, tmp_path: Path) -> None:
    sign_in(page, site)
    make_cohort(page, "Twice")
    upload_and_start(page, papers(tmp_path)[:1])
    expect(page.locator("#cohort-facts")).to_contain_text("1 of 1 paper judged", timeout=A_WHILE)
    expect(page.locator("#cohort-facts")).not_to_contain_text("running", timeout=A_WHILE)

    page.get_by_text("Start runs", exact=True).click()
    page.get_by_role("button", name="Start on all 1 paper").click()
    page.get_by_role("link", name="Runs").first.click()
    page.get_by_role("link", name="#2").click()
    expect(page.locator("#run-facts .state")).to_contain_text("done", timeout=A_WHILE)
    page.get_by_role("link", name="Compare with an earlier run").click()
    expect(page.get_by_role("heading", name="0 criteria flipped")).to_be_visible()
    expect(page.get_by_text("Nothing that is recorded")).to_be_visible()
    rows = page.locator("table.nodes > tbody > tr")
    unlike = [row.split()[0] for row in rows.all_inner_texts() if "differs" in row]
    assert unlike == []
    page.set_viewport_size({"width": 375, "height": 800})
    assert fits(page)
