"""The whole path by keyboard alone, and every key of the map. No test here moves a mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import PASSWORD
from tests.browser.stage import Stage
from tests.repositories.builder import GOOD, build
from tests.repositories.git_server import serve

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("shared site")]

PAPER = Path(__file__).resolve().parents[2] / "samples" / "good.pdf"
A_WHILE = 90_000
MOST_STEPS = 120
# What the focus is on, in words, and whether one can see that it is there.
FOCUS = """() => {
  const own = document.activeElement, style = getComputedStyle(own), area = own.getBoundingClientRect();
  const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const inside = area.bottom > 0 && area.top < innerHeight && area.width > 0;
  const label = own.labels?.[0]?.textContent ?? own.getAttribute("aria-label") ?? own.textContent;
  const kind = own.type === "checkbox" ? "tick " : "";
  return {words: kind + label.replace(/\\s+/g, " ").trim(), seen: own === document.body || (shown && inside)};
}"""


def press(page: Page, *keys: str) -> str:
    """Those keys, one after the other; what has the focus then, which must be seen."""
    for key in keys:
        page.keyboard.press(key)
    focus = page.evaluate(FOCUS)
    assert focus["seen"], f"the focus on {focus['words']!r} cannot be seen"
    return str(focus["words"])


def tab_to(page: Page, words: str) -> None:
    """Tab on until the focus is on that; every stop on the way must be seen."""
    passed = []
    for _ in range(MOST_STEPS):
        passed.append(press(page, "Tab"))
        if passed[-1].startswith(words):
            return
    pytest.fail(f"{words!r} is not to be reached; passed: {passed}")


def opens(page: Page, words: str, address: str) -> None:
    """Tab on to that link and follow it."""
    tab_to(page, words)
    page.keyboard.press("Enter")
    page.wait_for_url(address)


def sign_in(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/login")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type(stage.email)
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()


def test_the_whole_path(page: Page, stage: Stage, tmp_path: Path) -> None:
    sign_in(page, stage)
    tab_to(page, "Drop PDFs here")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(PAPER)
    tab_to(page, "then")
    page.keyboard.type("only keep")
    tab_to(page, "Upload")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="good", exact=True).wait_for()
    opens(page, "good", "**/papers/*")
    opens(page, "With inputs", "**/runs/new*")
    tab_to(page, "Workflow ")
    page.keyboard.type("pdf_analysis")
    tab_to(page, "Show its form")
    page.keyboard.press("Enter")
    page.wait_for_url("**workflow=pdf_analysis*")
    tab_to(page, "Repository")
    page.keyboard.type(f"http://127.0.0.1:{stage.site.code_port}/lab/keys")
    page.keyboard.press("Enter")

    expect(page.locator("#run-facts .state")).to_contain_text("failed", timeout=A_WHILE)
    assert "cannot be reached" in press(page, "e")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Traceback")).to_be_visible()
    page.keyboard.press("l")
    page.wait_for_url("**/log*")

    build(tmp_path / "served" / "lab" / "keys.git", GOOD)
    with serve(tmp_path / "served", stage.site.code_port):
        page.keyboard.press("r")
        page.wait_for_url("**/retry*")
        assert press(page).startswith("Retry")
        page.keyboard.press("Enter")
        expect(page.locator("#run-facts .state")).to_contain_text("done", timeout=A_WHILE)
    tab_to(page, "Download")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "report.html"


def test_one_steps_through_rows_and_opens_one(page: Page, stage: Stage) -> None:
    first, second = stage.run("On Vessels"), stage.run("On Lungs")
    sign_in(page, stage)
    page.goto(f"{stage.url}/runs")
    assert [press(page, key) for key in "jjjkk"] == [f"#{one}" for one in (second, first, first, second, second)]
    press(page, "j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/runs/{first}")


def test_one_goes_from_error_to_error_and_round_again(page: Page, stage: Stage) -> None:
    for message in ("the host said no", "the disk is full"):
        stage.failed_run(message, message)
    sign_in(page, stage)
    words = [press(page, "e") for _ in range(3)]
    assert words[0] == words[2] != words[1]
    assert {"the host said no", "the disk is full"} == {word.removeprefix("HostError: ") for word in words}


def test_a_retry_is_that_of_the_error_one_is_at(page: Page, stage: Stage) -> None:
    runs = {message: stage.failed_run(message, message) for message in ("the host said no", "the disk is full")}
    sign_in(page, stage)
    press(page, "e")
    second = press(page, "e").removeprefix("HostError: ")
    page.keyboard.press("r")
    page.wait_for_url(f"**/runs/{runs[second]}/retry*")


def test_one_searches(page: Page, stage: Stage) -> None:
    found = stage.run("On Vessels")
    stage.run("On Lungs")
    sign_in(page, stage)
    press(page, "/")
    page.keyboard.type("vessels jl?")  # what is typed there is no command
    page.keyboard.press("Enter")
    expect(page.get_by_text("No run fits this filter.")).to_be_visible()
    page.wait_for_load_state()
    press(page, "/", "Control+a")
    page.keyboard.type("vessels")
    page.keyboard.press("Enter")
    expect(page.locator("main tbody tr")).to_have_count(1)
    page.wait_for_load_state()
    assert press(page, "j") == f"#{found}"


def test_one_goes_to_the_run_before_and_after(page: Page, stage: Stage) -> None:
    first, second = stage.finished_run(), stage.finished_run()
    sign_in(page, stage)
    page.goto(f"{stage.url}/runs/{first}")
    page.keyboard.press("]")
    page.wait_for_url(f"**/runs/{second}")
    page.keyboard.press("[")
    page.wait_for_url(f"**/runs/{first}")
    page.keyboard.press("[")
    expect(page.get_by_role("status").first).to_contain_text("first run")


def test_one_follows_a_log_and_stops(page: Page, stage: Stage) -> None:
    run_id, _work = stage.at_work()
    sign_in(page, stage)
    page.goto(f"{stage.url}/runs/{run_id}/nodes/extract_text/log")
    for key in "ff":
        was_on = page.locator("[data-follow]").is_checked()
        page.keyboard.press(key)
        expect(page.locator("[data-follow]")).to_be_checked(checked=not was_on)


def test_the_list_of_keys_names_those_that_work_here(page: Page, stage: Stage) -> None:
    run_id = stage.failed_run()
    sign_in(page, stage)
    pages = {
        f"/runs/{run_id}": {"/", "j", "e", "l", "r", "[", "?"},
        f"/runs/{run_id}/nodes/extract_text": {"/", "l", "r", "?"},
        "/settings/members": {"/", "?"},
    }
    for address, wanted in pages.items():
        page.goto(f"{stage.url}{address}")
        assert press(page, "?") == "Close"
        shown = page.locator("#keys [data-key]:visible").evaluate_all("(all) => all.map((one) => one.dataset.key)")
        assert set(shown) == wanted, address
        page.keyboard.press("Escape")
        expect(page.locator("#keys")).to_be_hidden()


def test_single_keys_can_be_switched_off_and_on(page: Page, stage: Stage) -> None:
    stage.run()
    sign_in(page, stage)
    page.keyboard.press("?")
    switch(page)
    page.goto(f"{stage.url}/runs")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")
    tab_to(page, "Team ")
    page.keyboard.press("Enter")
    tab_to(page, "Keys")
    page.keyboard.press("Enter")
    switch(page)
    assert press(page, "j").startswith("#")


def switch(page: Page) -> None:
    """In the list of keys: the switch before the button that closes it."""
    press(page, "Shift+Tab", "Space")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
