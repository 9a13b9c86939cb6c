"""What one has narrowed, chosen or opened is in the address: going back and loading anew show the same view."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import sign_in
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.xdist_group("shared site")]

# What is shown: the address, each field of the filter, the rows, the tab.
VIEW = """() => ({
  address: location.pathname + location.search,
  fields: [...document.querySelectorAll("main .filter :is(input, select)")].map((one) => one.value),
  rows: [...document.querySelectorAll("main tbody tr, main .log li")].map((row) => row.id),
  tab: document.querySelector(".tabs [aria-current]")?.textContent.trim() ?? "",
})"""


def is_kept(page: Page) -> dict[str, object]:
    """The view one comes back to, from a page elsewhere, is the one that was left; so is the one loaded anew."""
    left: dict[str, object] = page.evaluate(VIEW)
    page.locator(".brand").click()
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()
    page.go_back()
    assert page.evaluate(VIEW) == left
    page.reload()
    assert page.evaluate(VIEW) == left
    return left


def test_the_runs(page: Page, stage: Stage) -> None:
    failed = stage.failed_run("On Vessels")
    stage.failed_run("On Lungs")
    stage.finished_run("On Vessels too")
    sign_in(page, stage.site, stage.email)
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_label("State").select_option("FAILED")
    page.get_by_label("Paper", exact=True).fill("vessels")
    page.get_by_label("Order").select_option("oldest")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    assert is_kept(page)["rows"] == [f"run-{failed}"]


def test_the_papers(page: Page, stage: Stage) -> None:
    found = stage.paper("On Vessels")
    stage.paper("On Lungs")
    sign_in(page, stage.site, stage.email)
    page.get_by_role("link", name="Papers", exact=True).click()
    page.locator("main input[type=search]").fill("vessels")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    assert is_kept(page)["rows"] == [f"paper-{found}"]


def test_the_second_page_of_runs(page: Page, stage: Stage) -> None:
    made = [stage.run(f"On {number}") for number in range(52)]
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/runs")
    page.get_by_role("link", name="Older", exact=True).click()
    expect(page.locator("main tbody tr")).to_have_count(2)
    assert is_kept(page)["rows"] == [f"run-{made[1]}", f"run-{made[0]}"]


def test_a_nodes_tab_and_attempt(page: Page, stage: Stage) -> None:
    run_id = stage.failed_run()
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/runs/{run_id}/nodes/extract_text")
    page.get_by_role("link", name="Attempts", exact=True).click()
    expect(page.locator(".tabs [aria-current]")).to_have_text("Attempts")
    assert is_kept(page)["tab"] == "Attempts"


def test_a_logs_filter(page: Page, stage: Stage) -> None:
    run_id = stage.failed_run(message="the host said no")
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/runs/{run_id}/nodes/extract_text/log")
    expect(page.locator(".log li")).to_have_count(2)
    page.get_by_label("At least").select_option("error")
    page.get_by_label("With").fill("host")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".log li")).to_have_count(1)
    assert is_kept(page)["rows"] == ["L2"]


def test_the_audit_trail(page: Page, stage: Stage) -> None:
    stage.paper("On Vessels")
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/settings/audit")
    before = page.locator("main tbody tr").count()
    page.get_by_label("Acts on").select_option("paper")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    assert before > 1
    is_kept(page)


def test_a_cohort_beside_another(page: Page, stage: Stage) -> None:
    paper = stage.paper("On Vessels")
    stage.cohort("MICCAI 2025", paper)
    cohort_id = stage.cohort("MICCAI 2026", paper)
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/cohorts/{cohort_id}")
    page.get_by_label("Beside").select_option(label="MICCAI 2025")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**with=*")
    assert "MICCAI 2025" in page.get_by_label("Beside").locator("option:checked").inner_text()
    is_kept(page)
