"""A log in a real browser: followed, landed on, walked from error to error, and just as well without scripting."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from dashboard.engine import outcomes
from tests.browser.site import sign_in
from tests.browser.stage import Stage, Work

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.xdist_group("shared site")]

LOG = ".log.page"
NUMBERS = f"""() => [...document.querySelectorAll("{LOG} li[id^=L]")].map((line) => Number(line.id.slice(1)))"""
AT_END = "() => document.documentElement.scrollHeight - innerHeight - scrollY < 4"


def say(work: Work, lines: Sequence[str], level: str = "info") -> None:
    """Log these lines; they are in the database then."""
    for line in lines:
        work.book.add(level, line)
    with work.stage.site.engine.app.app_context():
        work.book.write()


def steps(first: int, last: int) -> list[str]:
    return [f"step {number}" for number in range(first, last + 1)]


@pytest.fixture
def work(stage: Stage) -> Work:
    return stage.at_work()[1]


@pytest.fixture
def log(page: Page, stage: Stage, work: Work) -> str:
    """The address of that node's log, and somebody signed in who may see it."""
    sign_in(page, stage.site, stage.email)
    return address(work)


def address(work: Work) -> str:
    claim = work.book._claim
    return f"{work.stage.url}/runs/{claim.run_id}/nodes/{claim.node_id}/log"


def end(work: Work) -> None:
    """The node succeeds."""
    with work.stage.site.engine.app.app_context():
        assert outcomes.succeed(work.book._claim, {}, lines=work.book.take()).landed


def test_its_end_is_followed_until_one_scrolls_up_and_again_from_the_end(page: Page, work: Work, log: str) -> None:
    say(work, steps(1, 60))
    page.goto(log)
    expect(page.get_by_label("follow")).not_to_be_checked()
    page.keyboard.press("End")
    expect(page.get_by_label("follow")).to_be_checked()
    page.wait_for_function(AT_END)
    say(work, steps(61, 90))
    expect(page.locator("#L90")).to_be_in_viewport()

    page.mouse.move(600, 400)
    page.mouse.wheel(0, -600)
    expect(page.get_by_label("follow")).not_to_be_checked()
    page.wait_for_function(
        "() => new Promise((still) => { const at = scrollY; setTimeout(() => still(at === scrollY), 200); })"
    )
    place = page.evaluate("scrollY")
    say(work, steps(91, 120))
    expect(page.locator("#L120")).to_be_attached()
    assert page.evaluate("scrollY") == place

    page.keyboard.press("End")
    expect(page.get_by_label("follow")).to_be_checked()
    expect(page.locator("#L120")).to_be_in_viewport()
    say(work, steps(121, 150))
    expect(page.locator("#L150")).to_be_in_viewport()
    assert "follow=1" in page.url
    page.keyboard.press("f")
    expect(page.get_by_label("follow")).not_to_be_checked()
    assert "follow=1" not in page.url


def test_no_line_is_sent_twice_and_none_is_left_out(page: Page, work: Work, log: str) -> None:
    say(work, steps(1, 10))
    sent: list[str] = []

    def note(response: Response) -> None:
        if "/log/tail" in response.url and response.status == 200:
            sent.extend(re.findall(r'id="(L\d+)"', response.text()))

    page.goto(log)
    page.on("response", note)
    say(work, steps(11, 20))
    expect(page.locator("#L20")).to_be_attached()
    say(work, steps(21, 1300))  # more than one answer holds
    expect(page.locator("#L1300")).to_be_attached()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#L5 .message'))")
    end_of(work, steps(1301, 1310))
    expect(page.locator(f"{LOG} .tail")).to_have_text("The attempt has ended.")
    assert page.evaluate(NUMBERS) == list(range(1, 1311))
    assert sent == [f"L{number}" for number in range(11, 1311)]
    assert page.evaluate("getSelection().toString()") == "step 5"


def end_of(work: Work, lines: Sequence[str]) -> None:
    """Lines that come with the end."""
    for line in lines:
        work.book.add("info", line)
    end(work)


def test_an_address_with_a_line_lands_on_it_wherever_it_is(page: Page, work: Work, log: str) -> None:
    say(work, steps(1, 1200))
    end(work)
    page.goto(log)
    assert page.evaluate(NUMBERS) == list(range(701, 1201))
    for place in (f"{log}#L30", f"{log}?line=30", f"{log}?q=step&before=900#L30"):
        page.goto("about:blank")
        page.goto(place)
        expect(page.locator("#L30")).to_have_class(re.compile("chosen"))
        expect(page.locator("#L30")).to_be_in_viewport()


def test_a_line_is_chosen_and_its_link_copied(page: Page, work: Work, log: str) -> None:
    say(work, steps(1, 12))
    end(work)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{log}?q=step")
    page.locator("#L7 a.n").click()
    expect(page.locator(".chosen")).to_have_attribute("id", "L7")
    assert page.url.endswith("/log?q=step#L7")
    page.get_by_role("button", name="Copy link to 7").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{log}?attempt=1&line=7#L7"


def test_e_goes_from_error_to_error_over_all_pages(page: Page, work: Work, log: str) -> None:
    say(work, steps(1, 99))
    say(work, ["it broke", "it broke again"], "error")
    say(work, steps(102, 1199))
    say(work, ["it broke at last"], "error")
    end(work)
    page.goto(f"{log}?start=1")
    for line in (100, 101, 1200, 100):
        page.keyboard.press("e")
        expect(page.locator(".chosen")).to_have_attribute("id", f"L{line}")
        expect(page.locator(".chosen")).to_be_in_viewport()


def test_long_lines_stay_in_one_row_on_the_next_log_too(page: Page, work: Work, log: str) -> None:
    say(work, ["word " * 300])
    end(work)
    page.goto(log)
    broken = page.locator("#L1").bounding_box()
    page.get_by_label("one row a line").check()
    whole = page.locator("#L1").bounding_box()
    assert broken and whole and whole["height"] < broken["height"]
    assert "nowrap=1" in page.url
    page.goto(log)
    expect(page.get_by_label("one row a line")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hostile_lines_are_only_words(page: Page, work: Work, log: str) -> None:
    say(work, ["<script>document.title = 'gone'</script><img src=x onerror=\"document.title = 'gone'\">"])
    say(
        work,
        ["\x1b]8;;https://evil.example\x07a link\x1b]8;;\x07", "\x1b]0;a title\x07\x1b[31mred\x1b[0m", "a\0b\x1b[2Jc"],
    )
    end(work)
    page.goto(log)
    expect(page.locator("#L1 .message")).to_contain_text("<script>")
    expect(page.locator("#L2 .message")).to_have_text("a link")
    expect(page.locator("#L3 .ink1")).to_have_text("red")
    expect(page.locator("#L4 .message")).to_have_text("a\ufffdbc")
    assert page.locator(f"{LOG} .message :is(a, img, script)").count() == 0
    assert "gone" not in page.title()


def test_it_works_with_scripting_off(chromium: Browser, stage: Stage, work: Work) -> None:
    say(work, steps(1, 1199))
    say(work, ["it broke"], "error")
    end(work)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, stage.site, stage.email)
    page.goto(address(work))
    page.get_by_role("link", name="Earlier").first.click()
    expect(page.locator("#L201")).to_be_attached()
    page.get_by_role("link", name="Next error").first.click()
    expect(page.locator("#L1200.chosen")).to_be_in_viewport()
    page.get_by_label("With").fill("step 77")
    page.get_by_label("one row a line").check()
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(f"{LOG} li")).to_have_count(11)
    expect(page.locator(f"{LOG}.wrap")).to_have_count(0)
    page.locator("#L770 a.n").click()
    expect(page.locator("#L770.chosen")).to_be_in_viewport()
    expect(page.locator(f"{LOG} li")).to_have_count(500)
    context.close()
