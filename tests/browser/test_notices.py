"""Notices of the browser: shown only once a person has asked for them, once however many tabs are open."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.site import sign_in
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.xdist_group("shared site")]

BETWEEN_LOOKS_MS = 30_000
RECORD = """(() => {
  const shown = (window.shown = []);
  window.Notification = class extends Notification {
    constructor(title, options) { super(title, options); shown.push([title, options.body]); }
  };
})()"""


def is_a_look(answer: object) -> bool:
    return str(getattr(answer, "url", "")).endswith("/notifications/recent")


def look_again(tab: Page) -> None:
    """The time between two looks passes in every tab, and one of them looks."""
    with tab.context.expect_event("response", is_a_look) as answer:
        tab.clock.fast_forward(BETWEEN_LOOKS_MS)
    read(tab, answer.value)


def read(tab: Page, answer: Response) -> None:
    """Until the tab has made of the answer what it will, and waits again."""
    answer.finished()
    tab.evaluate("fetch('/healthz').then((answer) => answer.text())")


def shown(*tabs: Page) -> list[list[str]]:
    return [one for tab in tabs for one in tab.evaluate("shown")]


@pytest.fixture
def window(page: Page, stage: Stage) -> Page:
    """A person's browser that may show notices, at the page where they are asked for."""
    page.context.grant_permissions(["notifications"])
    page.context.add_init_script(RECORD)
    page.clock.install()
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/settings/notifications")
    return page


def test_a_failure_is_shown_once_by_one_of_two_tabs(window: Page, stage: Stage) -> None:
    window.get_by_label("A run has failed: in the browser").select_option(label="everybody's")
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_text("You are told so from now on.")).to_be_visible()
    stage.failed_run()  # before anybody asked
    with window.context.expect_event("response", is_a_look) as answer:
        window.get_by_role("button", name="Show notices").click()
    read(window, answer.value)
    expect(window.get_by_text("This browser shows notices.")).to_be_visible()
    other = window.context.new_page()
    other.goto(f"{stage.url}/runs")
    stage.failed_run()
    for _ in range(2):
        look_again(window)
    [[title, body]] = shown(window, other)
    assert title.startswith("Failed: ") and ": " in body
    window.get_by_role("button", name="Show no notices").click()
    expect(window.get_by_text("This browser shows no notices.")).to_be_visible()


def test_nothing_is_asked_before_a_person_wants_it(window: Page, stage: Stage) -> None:
    asked: list[str] = []
    window.context.on("request", lambda request: asked.append(request.url) if is_a_look(request) else None)
    window.goto(f"{stage.url}/runs")
    stage.failed_run()
    window.clock.fast_forward(3 * BETWEEN_LOOKS_MS)
    window.evaluate("fetch('/healthz').then((answer) => answer.text())")
    assert (asked, shown(window)) == ([], [])
