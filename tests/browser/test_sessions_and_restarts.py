"""A session that ends and a server that dies while a page polls: told in plain words, and found again by itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import PASSWORD, sign_in
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.xdist_group("shared site")]

LIVE = ("/runs/{run}?seen=1", "/?seen=1", "/runs?status=RUNNING", "/runs/{run}/nodes/extract_text/log?level=info")


@pytest.mark.parametrize("address", LIVE)
def test_one_who_is_signed_out_meanwhile_comes_back_to_where_they_were(page: Page, stage: Stage, address: str) -> None:
    run_id, _work = stage.at_work()
    sign_in(page, stage.site, stage.email)
    page.goto(stage.url + address.format(run=run_id))
    left = page.url
    other = page.context.new_page()
    other.goto(f"{stage.url}/runs")
    other.locator(".menu summary").click()
    other.get_by_role("button", name="Sign out").click()

    page.wait_for_url(re.compile(r"/login\?next="))
    expect(page.get_by_role("heading", name="PaperSnitch")).to_be_visible()
    page.get_by_label("Email").fill(stage.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(left)


def test_a_page_lives_through_a_restart_of_the_server(page: Page, stage: Stage) -> None:
    run_id, work = stage.at_work()
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/runs/{run_id}")
    page.evaluate("window.stayed = true")
    told = page.locator("#connection")
    expect(told).to_be_empty()
    with stage.site.web.away():
        expect(told).to_have_text("Not connected. Trying again.")
        work.turn(7)
    expect(told).to_be_empty()
    expect(page.locator("table.nodes")).to_contain_text("7 of 100")
    assert page.evaluate("window.stayed"), "the page was loaded anew"


def test_a_page_that_may_no_longer_be_seen_says_so(page: Page, stage: Stage) -> None:
    run_id, _work = stage.at_work()
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/runs/{run_id}")
    stage.close_to(stage.email)
    expect(page.locator("#connection")).to_have_text("This page is no longer kept up to date. Reload it.")
