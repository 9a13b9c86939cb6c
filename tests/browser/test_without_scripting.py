"""The whole path with scripting off: every act is a form, every tab and page a link."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watch
from tests.browser.site import sign_in
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("shared site")]

PAPER = Path(__file__).resolve().parents[2] / "samples" / "poor.pdf"
A_WHILE = 90.0


@pytest.fixture
def page(chromium: Browser, stage: Stage) -> Iterator[Page]:
    """A window that runs no script, in which the team's admin is signed in."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    complaints = watch(context)
    window = context.new_page()
    sign_in(window, stage.site, stage.email)
    yield window
    context.close()
    assert not complaints


def test_a_paper_is_uploaded_checked_and_its_report_downloaded(page: Page) -> None:
    page.locator("select[name=start]").select_option("pdf_analysis")
    page.locator("input[type=file]").set_input_files(PAPER)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/runs/*")
    reload_until(page, "done")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "report.html"


def reload_until(page: Page, state: str) -> None:
    """What a person does where nothing is live."""
    give_up = time.monotonic() + A_WHILE
    while state not in page.locator("#run-facts .state").inner_text():
        assert time.monotonic() < give_up
        time.sleep(0.3)
        page.reload()


def test_a_failure_is_read_to_its_traceback_and_log_and_retried(page: Page, stage: Stage) -> None:
    run_id = stage.failed_run(message="the host said no")
    page.reload()
    page.get_by_role("link", name="HostError: the host said no").click()
    expect(page.get_by_role("heading", name="Traceback")).to_be_visible()
    page.get_by_role("link", name="Log", exact=True).click()
    page.get_by_label("At least").select_option("error")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".log li[id^=L]")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name=".txt").first.click()
    assert "the host said no" in download.value.path().read_text()
    page.get_by_role("link", name="Retry", exact=True).click()
    expect(page.locator(".lead")).to_contain_text("Also resets 2 later nodes")
    page.get_by_role("button", name="Retry").click()
    page.wait_for_url(f"**/runs/{run_id}")
    expect(page.locator("#run-facts .state")).to_contain_text("running")


def test_a_node_is_skipped_with_a_reason(page: Page, stage: Stage) -> None:
    run_id = stage.failed_run()
    page.goto(f"{stage.url}/runs/{run_id}/nodes/extract_text")
    page.get_by_text("Go on without this node").click()
    page.get_by_label("Why?").fill("Its text is known.")
    page.get_by_role("button", name="Skip").click()
    page.get_by_role("link", name="extract_text", exact=True).first.click()
    expect(page.get_by_text("skipped: Its text is known.")).to_be_visible()


def test_runs_are_filtered_and_paged(page: Page, stage: Stage) -> None:
    stage.failed_run("On Vessels")
    for number in range(51):
        stage.run(f"On {number}")
    page.goto(f"{stage.url}/runs")
    page.get_by_role("link", name="Older", exact=True).click()
    expect(page.locator("main tbody tr")).to_have_count(2)
    page.get_by_label("State").select_option("FAILED")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.locator("main tbody tr")).to_contain_text("On Vessels")


def test_many_runs_are_retried_together(page: Page, stage: Stage) -> None:
    failed = [stage.failed_run(f"On {number}") for number in range(3)]
    page.goto(f"{stage.url}/runs")
    for run_id in failed[:2]:
        page.locator(f"#tick-{run_id}").check()
    page.get_by_role("button", name="Retry what failed").click()
    expect(page.locator("main")).to_contain_text("2 runs")
    page.get_by_role("button", name="Retry").click()
    page.wait_for_url("**/bulk/*")
    give_up = time.monotonic() + A_WHILE
    while "2 of 2 runs" not in page.locator(".facts").first.inner_text():
        assert time.monotonic() < give_up
        page.reload()
    assert [stage.status_of(run_id) for run_id in failed] == ["RUNNING", "RUNNING", "FAILED"]


def test_two_runs_are_compared(page: Page, stage: Stage) -> None:
    first, second = stage.judged_runs({"limitations": "met"}, {"limitations": "not_met"})
    page.goto(f"{stage.url}/runs/{second}")
    page.get_by_role("link", name="Compare with an earlier run").click()
    page.wait_for_url(f"**/runs/compare?a={first}&b={second}")
    expect(page.get_by_role("heading", name="1 criterion flipped")).to_be_visible()


def test_one_signs_out(page: Page, stage: Stage) -> None:
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    page.goto(f"{stage.url}/runs")
    page.wait_for_url("**/login?next=**")
