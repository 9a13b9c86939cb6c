"""What a visit costs: requests and bytes of a first load, clicks to the line that failed and to a run."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.site import sign_in
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.xdist_group("shared site")]

PAPER = Path(__file__).resolve().parents[2] / "samples" / "poor.pdf"
MOST_REQUESTS = 6
MOST_BYTES = 60 * 1024
COUNT_CLICKS = """addEventListener("pointerdown", (event) => {
  if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1;
}, {capture: true})"""
Clicks = Callable[[], int]


@pytest.mark.parametrize("address", ["/login", "/", "/papers", "/runs", "/runs/{run}", "/runs/{run}/nodes/extract_text",
                                     "/runs/{run}/nodes/extract_text/log", "/workflows", "/cohorts"])  # fmt: skip
def test_a_first_load_is_small(page: Page, stage: Stage, address: str) -> None:
    run_id = stage.failed_run()
    if address != "/login":
        sign_in(page, stage.site, stage.email)
    loaded: list[Response] = []
    first = page.context.new_page()
    page.context.new_cdp_session(first).send("Network.setCacheDisabled", {"cacheDisabled": True})
    first.on("response", lambda answer: keep(loaded, answer))
    first.goto(stage.url + address.format(run=run_id), wait_until="load")
    names = [answer.url for answer in loaded]
    assert len(loaded) <= MOST_REQUESTS, names
    assert sum(len(gzip.compress(answer.body())) for answer in loaded) <= MOST_BYTES, names


def keep(loaded: list[Response], answer: Response) -> None:
    loaded.append(answer)


@pytest.fixture
def clicks(page: Page, stage: Stage) -> Clicks:
    """How often one has clicked since signing in; a run of the team has failed."""
    stage.failed_run(message="the host said no")
    sign_in(page, stage.site, stage.email)
    page.add_init_script(COUNT_CLICKS)
    page.reload()
    return lambda: int(page.evaluate("Number(sessionStorage.clicks ?? 0)"))


def test_the_line_that_failed_is_there_after_signing_in(page: Page, clicks: Clicks) -> None:
    expect(page.get_by_text("HostError: the host said no")).to_be_in_viewport()
    assert clicks() == 0


def test_the_traceback_is_one_click_away(page: Page, clicks: Clicks) -> None:
    page.get_by_text("HostError: the host said no").click()
    expect(page.get_by_role("heading", name="Traceback")).to_be_in_viewport()
    assert clicks() == 1


def test_it_is_retried_with_two(page: Page, stage: Stage, clicks: Clicks) -> None:
    page.get_by_role("link", name="Retry", exact=True).click()
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("Retrying 3 nodes.")).to_be_visible()
    assert clicks() == 2
    assert stage.acts("node.retry") == 1


def test_a_run_starts_with_two_clicks_from_the_upload(page: Page, clicks: Clicks) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Drop PDFs here").click()
    chooser.value.set_files(PAPER)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/runs/*")
    expect(page.locator("#run-facts .state")).to_contain_text("running")
    assert clicks() == 2
