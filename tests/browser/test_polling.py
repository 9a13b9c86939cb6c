"""Polls: nothing is sent that the page has, and hidden tabs and finished runs ask for nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.site import sign_in
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.xdist_group("shared site")]

TURNS = 5
LONGEST_TURN_MS = 5000
HIDE = """(is_hidden) => {
  Object.defineProperty(document, "hidden", {configurable: true, get: () => is_hidden});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def polls(page: Page) -> list[Request]:
    """All that live regions have asked, in turn."""
    found: list[Request] = []
    page.on("request", lambda request: found.append(request) if "hx-request" in request.headers else None)
    return found


def opened(page: Page, stage: Stage, address: str) -> None:
    sign_in(page, stage.site, stage.email)
    page.clock.install()
    page.goto(f"{stage.url}{address}")


def turn(page: Page) -> None:
    """The time of a poll passes; whatever would be asked then was asked before this returns."""
    page.clock.fast_forward(LONGEST_TURN_MS)
    page.evaluate("fetch('/healthz').then((answer) => answer.text())")


@pytest.mark.parametrize("address", ["/", "/runs", "/papers", "/runs/{run}/nodes/judge"])
def test_an_unchanged_page_is_sent_nothing(page: Page, stage: Stage, address: str) -> None:
    run_id = stage.run()
    opened(page, stage, address.format(run=run_id))
    for _ in range(TURNS):
        with page.expect_response("**/live?**") as answer:
            page.clock.fast_forward(LONGEST_TURN_MS)
        assert (answer.value.status, answer.value.body()) == (204, b"")


@pytest.mark.parametrize("address", ["/", "/runs", "/papers", "/runs/{run}", "/runs/{run}/nodes/extract_text/log"])
def test_a_hidden_tab_asks_nothing(page: Page, stage: Stage, polls: list[Request], address: str) -> None:
    run_id, _work = stage.at_work()
    opened(page, stage, address.format(run=run_id))
    page.evaluate(HIDE, True)
    asked = len(polls)
    for _ in range(TURNS):
        turn(page)
    assert len(polls) == asked
    page.evaluate(HIDE, False)
    with page.expect_request(lambda request: "hx-request" in request.headers):
        page.clock.fast_forward(LONGEST_TURN_MS)


@pytest.mark.parametrize("address", ["/runs/{run}", "/runs/{run}/nodes/report", "/runs/{run}/nodes/report/log"])
def test_a_finished_run_asks_nothing(page: Page, stage: Stage, polls: list[Request], address: str) -> None:
    run_id = stage.finished_run()
    opened(page, stage, address.format(run=run_id))
    polls.clear()
    for _ in range(TURNS):
        turn(page)
    assert polls == []


def test_a_run_that_ends_before_ones_eyes_asks_no_more(page: Page, stage: Stage, polls: list[Request]) -> None:
    run_id = stage.run()
    opened(page, stage, f"/runs/{run_id}")
    stage.finish(run_id)
    page.clock.fast_forward(LONGEST_TURN_MS)
    expect(page.locator("#run-facts .state")).to_contain_text("done")
    polls.clear()
    for _ in range(TURNS):
        turn(page)
    assert polls == []
