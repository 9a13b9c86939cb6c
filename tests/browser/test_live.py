"""Live pages while one reads and types: sixty updates take nothing away, and nobody asks without need."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import sign_in
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180), pytest.mark.xdist_group("shared site")]

UPDATES = 60
COUNT_SWAPS = """window.swaps = 0; document.addEventListener("htmx:after:swap", () => { window.swaps += 1; })"""
ROUNDING = 4  # pixels: a row is no whole number of them high, and three rows come in above
# All that a person has in hand: where they are, what they marked, opened, typed, ticked, and where it is on the screen.
IN_HAND = """() => {
  const own = document.activeElement, log = document.querySelector(".log.page");
  return {
    focus: own.id || own.name || own.getAttribute("href") || own.textContent.trim(),
    caret: own.matches("input:not([type=checkbox])") ? [own.selectionStart, own.selectionEnd] : [],
    marked: getSelection().toString(),
    open: [...document.querySelectorAll("main details[open] > summary")].map((one) => one.textContent),
    typed: [...document.querySelectorAll(".find input, main :is(input:not([type]), [type=search], select)")]
      .map((one) => one.value).filter(Boolean),
    ticked: [...document.querySelectorAll("input:checked")].map((one) => one.id || one.outerHTML),
    top: Math.round(own.getBoundingClientRect().top), log: log?.scrollTop ?? 0,
  };
}"""
MARK = """(selector) => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector(selector));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def opened(page: Page, stage: Stage, address: str) -> None:
    """The page, signed in, low enough to scroll, its clock in the test's hands."""
    sign_in(page, stage.site, stage.email)
    page.set_viewport_size({"width": 1280, "height": 360})
    page.clock.install()
    page.add_init_script(COUNT_SWAPS)
    page.goto(f"{stage.url}{address}")


def answers_to(page: Page, path: str) -> AbstractContextManager[Any]:
    return page.expect_response(lambda response: path in response.url)


def survives(page: Page, path: str, change: Callable[[int], object], seconds: int) -> None:
    """Sixty times something changes and the page is told; what one has in hand stays what it was."""
    before = page.evaluate(IN_HAND)
    top = before.pop("top")
    for number in range(1, UPDATES + 1):
        change(number)
        with answers_to(page, path) as answer:
            page.clock.fast_forward(seconds * 1000)
        assert answer.value.status == 200, f"update {number}: {answer.value.status}"
        page.wait_for_function("(number) => window.swaps >= number", arg=number)
        after = page.evaluate(IN_HAND)
        assert abs(after.pop("top") - top) <= ROUNDING, f"after update {number}"
        assert after == before, f"after update {number}"


def test_a_run(page: Page, stage: Stage) -> None:
    run_id, work = stage.at_work()
    work.turn(0, UPDATES)
    opened(page, stage, f"/runs/{run_id}")
    page.locator("#find").fill("half typed")
    page.evaluate(MARK, "#run-facts time[data-show=local]")
    page.get_by_role("link", name="report", exact=True).focus()
    page.evaluate("scrollTo(0, 120)")
    survives(page, f"/runs/{run_id}/live", lambda number: work.turn(number, UPDATES), 1)
    expect(page.locator("tr", has=page.get_by_role("link", name="extract_text", exact=True))).to_contain_text(
        "60 of 60"
    )


def test_a_node_at_work(page: Page, stage: Stage) -> None:
    run_id, work = stage.at_work()
    opened(page, stage, f"/runs/{run_id}/nodes/extract_text?tab=input")
    page.locator("main details summary").first.click()
    page.locator("#find").fill("half typed")
    page.evaluate(MARK, "#node h1")
    page.get_by_role("link", name="Attempts").focus()
    survives(page, "/nodes/extract_text/live", lambda number: work.turn(number, UPDATES), 1)
    expect(page.locator("#node .facts").first).to_contain_text("60 of 60")


def test_a_node_one_types_a_reason_for(page: Page, stage: Stage) -> None:
    """Meanwhile somebody else holds it and lets it go, so that another form comes and goes before this one."""
    run_id = stage.run()
    opened(page, stage, f"/runs/{run_id}/nodes/judge?tab=attempts")
    page.get_by_text("Go on without this node").click()
    field = page.get_by_label("Why?")
    field.press_sequentially("The chair wants to")
    field.press("ArrowLeft")
    survives(page, "/nodes/judge/live", lambda number: stage.hold_by_turns(run_id, "judge"), 1)


def test_what_needs_attention(page: Page, stage: Stage) -> None:
    for number in range(6):
        stage.failed_run(f"On {number}", f"the host said {number}")
    moving = stage.run("On Vessels")
    opened(page, stage, "/")
    page.locator("select[name=start]").select_option("")
    page.locator("#find").fill("half typed")
    page.evaluate(MARK, "[data-error] code")
    page.get_by_role("link", name="Retry").nth(2).focus()
    page.evaluate("scrollTo(0, 150)")
    survives(page, f"{stage.url}/live", lambda number: stage.pause_by_turns(moving), 5)


def test_the_runs(page: Page, stage: Stage) -> None:
    made = [stage.run(f"On {number}") for number in range(12)]
    opened(page, stage, "/runs")
    page.get_by_label("Paper", exact=True).fill("half typed")
    page.locator(f"#tick-{made[7]}").check()
    page.evaluate(MARK, f"#run-{made[6]} .title")
    page.get_by_role("link", name=f"#{made[5]}", exact=True).focus()

    def change(number: int) -> None:
        stage.run(f"New {number}") if number % 20 == 0 else stage.pause_by_turns(made[5 + number % 3])

    survives(page, "/runs/live", change, 5)


def test_the_papers(page: Page, stage: Stage) -> None:
    made = [stage.run(f"On {number}") for number in range(12)]
    opened(page, stage, "/papers")
    page.locator("main input[type=search]").fill("half typed")
    page.evaluate(MARK, "main tbody tr:nth-child(3) .title")
    page.get_by_role("link", name="On 4", exact=True).focus()
    survives(page, "/papers/live", lambda number: stage.pause_by_turns(made[number % 12]), 5)


def test_a_log_one_reads_in(page: Page, stage: Stage) -> None:
    run_id, work = stage.at_work()
    for number in range(-30, 0):
        work.turn(number)
    opened(page, stage, f"/runs/{run_id}/nodes/extract_text/log")
    page.get_by_label("one row a line").check()
    page.get_by_label("With").fill("half typed")
    page.evaluate(MARK, "#L7 .message")
    page.locator("#L9 a").focus()
    survives(page, "/log/tail", work.turn, 1)
    expect(page.locator(".log li:not(.tail)")).to_have_count(30 + UPDATES)


def test_a_log_one_follows(page: Page, stage: Stage) -> None:
    run_id, work = stage.at_work()
    opened(page, stage, f"/runs/{run_id}/nodes/extract_text/log")
    page.keyboard.press("f")
    for number in range(1, UPDATES + 1):
        work.turn(number, UPDATES)
        with answers_to(page, "/log/tail"):
            page.clock.fast_forward(1000)
        expect(page.locator(f"#L{number}")).to_be_in_viewport()
    assert page.locator(".log li[id^=L]").count() == UPDATES
