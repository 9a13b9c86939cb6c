"""Twice the same act, and two people at once: one thing happens, and whoever comes late is told in plain words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watch
from tests.browser.site import sign_in
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.xdist_group("shared site")]


@pytest.fixture
def colleague(chromium: Browser, stage: Stage) -> Iterator[Page]:
    """The window of another member of the team."""
    context = chromium.new_context()
    complaints = watch(context)
    page = context.new_page()
    sign_in(page, stage.site, stage.person())
    yield page
    context.close()
    assert not complaints


def retry(page: Page) -> None:
    page.get_by_role("button", name="Retry", exact=False).first.click()


def test_a_double_click_is_one_retry(page: Page, stage: Stage) -> None:
    run_id = stage.failed_run()
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/runs/{run_id}/retry")
    page.get_by_role("button", name="Retry").dblclick()
    page.wait_for_url(f"**/runs/{run_id}")
    assert stage.acts("node.retry") == 1
    expect(page.get_by_text("Retrying 3 nodes.")).to_be_visible()


def test_two_tabs_are_one_retry_and_the_second_is_told(page: Page, stage: Stage) -> None:
    run_id = stage.failed_run()
    sign_in(page, stage.site, stage.email)
    tabs = [page, page.context.new_page()]
    for tab in tabs:
        tab.goto(f"{stage.url}/runs/{run_id}/retry")
    for tab in tabs:
        retry(tab)
    page.wait_for_url(f"**/runs/{run_id}")
    expect(tabs[1].locator("main")).to_contain_text("changed")
    assert stage.acts("node.retry") == 1


def test_a_retry_of_what_another_retried_is_refused_with_a_way_on(page: Page, colleague: Page, stage: Stage) -> None:
    run_id = stage.failed_run()
    sign_in(page, stage.site, stage.email)
    for window in (page, colleague):
        window.goto(f"{stage.url}/runs/{run_id}/retry")
    retry(colleague)
    colleague.wait_for_url(f"**/runs/{run_id}")
    retry(page)
    expect(page.locator("main")).to_contain_text("changed")
    page.go_back()
    page.goto(f"{stage.url}/runs/{run_id}")
    expect(page.locator("#run-facts .state")).to_contain_text("running")
    assert stage.acts("node.retry") == 1


def test_a_retry_of_a_run_another_has_cancelled_meanwhile(page: Page, colleague: Page, stage: Stage) -> None:
    run_id = stage.failed_run()
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/runs/{run_id}/retry")
    retry(page)
    page.wait_for_url(f"**/runs/{run_id}")
    colleague.goto(f"{stage.url}/runs/{run_id}")
    colleague.get_by_role("button", name="Cancel").click()
    expect(colleague.locator("#run-facts .state")).to_contain_text("cancel")
    expect(page.locator("#run-facts .state")).to_contain_text("cancel")


def test_a_button_does_not_turn_into_another_under_ones_finger(page: Page, stage: Stage) -> None:
    """Somebody else pauses the run one is about to pause: Enter must not resume it."""
    run_id = stage.run()
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/runs/{run_id}")
    page.get_by_role("button", name="Pause").focus()
    stage.pause_by_turns(run_id)
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert stage.acts("run.resume") == 0


def test_two_rulings_on_one_criterion_both_stand(page: Page, colleague: Page, stage: Stage) -> None:
    (run_id,) = stage.judged_runs({"limitations": "met"})
    sign_in(page, stage.site, stage.email)
    for window in (page, colleague):
        window.goto(f"{stage.url}/runs/{run_id}/scores?rubric=neurips")
    colleague.get_by_role("button", name="Confirm met").click()
    colleague.get_by_text("confirmed:").wait_for()
    page.get_by_text("Overrule").first.click()
    page.get_by_role("radio", name="not met").check()
    page.get_by_label("Because").fill("Section 5 names none.")
    page.get_by_role("button", name="Overrule").click()
    expect(page.locator(".opinions")).to_contain_text("confirmed:")
    expect(page.locator(".opinions")).to_contain_text("Section 5 names none.")
    assert stage.acts("ruling.make") == 2
