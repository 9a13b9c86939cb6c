"""Lines of a log: landed on by number, gone through by error, cut when long, caught up with when many come at once."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.reads import logs
from dashboard.views import logs as pages
from tests.views.conftest import claim, fail
from tests.views.test_logs import TAIL, add_lines, claimed, shown  # noqa: F401  (a fixture)

CHOSEN = re.compile(r'<li id="L(\d+)" class="[^"]*chosen"')


@pytest.fixture
def address(app: Flask, claimed: int, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: F811
    """The log of a node at work: twelve lines, the fourth and the ninth of them errors, five on a page."""
    monkeypatch.setattr(logs, "PAGE", 5)
    add_lines(app, claimed, 1, 3)
    add_lines(app, claimed, 4, 4, level="error")
    add_lines(app, claimed, 5, 8)
    add_lines(app, claimed, 9, 9, level="error", message="\x1b[31mred " + "x" * 3000)
    add_lines(app, claimed, 10, 12)
    return f"/runs/{claimed}/nodes/first/log"


def test_a_line_is_found_on_its_page(member: FlaskClient, address: str) -> None:
    page = member.get(f"{address}?line=7").text
    assert shown(page) == [6, 7, 8, 9, 10]
    assert CHOSEN.findall(page) == ["7"]


def test_a_filtered_page_begins_with_the_line(member: FlaskClient, address: str) -> None:
    page = member.get(f"{address}?line=4&level=error").text
    assert shown(page) == [4, 9]
    assert CHOSEN.findall(page) == ["4"]


@pytest.mark.parametrize("line", ["16", "99999999999999999999"])
def test_a_line_beyond_the_end_is_not_there(member: FlaskClient, address: str, line: str) -> None:
    page = member.get(f"{address}?line={line}").text
    assert shown(page) == []
    assert "The log ends before that: it has 12 lines." in page


@pytest.mark.parametrize("query", ["line=-1", "line=x", "start=0", "before=x", "attempt=x", "level=x", "attempt=-1"])
def test_what_means_nothing_shows_the_end(member: FlaskClient, address: str, query: str) -> None:
    assert shown(member.get(f"{address}?{query}").text) == [8, 9, 10, 11, 12]


def test_an_attempt_that_never_was_logged_nothing(member: FlaskClient, address: str) -> None:
    assert "logged nothing" in member.get(f"{address}?attempt=99999999999999999999").text


@pytest.mark.parametrize(("after", "line"), [("0", 4), ("3", 4), ("4", 9), ("9", 4), ("x", 4)])
def test_the_next_error_is_led_to_and_after_the_last_the_first(
    member: FlaskClient, address: str, after: str, line: int
) -> None:
    answer = member.get(f"{address}?error_after={after}&level=warning&q=none")
    assert answer.status_code == 303
    assert answer.location == f"{address}?attempt=1&line={line}#L{line}"


def test_a_log_without_errors_says_so(app: Flask, member: FlaskClient, claimed: int) -> None:  # noqa: F811
    add_lines(app, claimed, 1, 3)
    answer = member.get(f"/runs/{claimed}/nodes/first/log?error_after=1", follow_redirects=True)
    assert "This attempt logged no error." in answer.text
    assert shown(answer.text) == [1, 2, 3]


def test_a_long_line_is_cut_until_it_is_chosen(member: FlaskClient, address: str) -> None:
    page = member.get(f"{address}?line=8").text
    assert "1,009 more characters" in page and "x" * 1991 in page and "x" * 1992 not in page
    page = member.get(f"{address}?line=9").text
    assert "more characters" not in page
    assert '<span class="ink1">red ' + "x" * 3000 + "</span>" in page


def test_links_keep_the_filter_and_downloads_take_it_or_leave_it(member: FlaskClient, address: str) -> None:
    page = member.get(f"{address}?q=step&nowrap=1&attempt=1").text
    assert shown(page) == [1, 2, 3, 4, 5]
    onward = re.search(r'<a href="([^"]*)">Later', page)
    assert onward and onward[1].replace("&amp;", "&") == f"{address}?q=step&attempt=1&nowrap=1&start=6"
    files = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*/log\.txt[^"]*)"', page)]
    assert [len(member.get(link).text.splitlines()) for link in files] == [11, 12]


def test_a_tail_that_is_behind_catches_up_though_the_attempt_has_ended(
    app: Flask, member: FlaskClient, running: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "PAGE", 5)
    with app.app_context():
        own = claim()
    add_lines(app, running, 3, 9)
    with app.app_context():
        fail(own, "no")
    tail = f"/runs/{running}/nodes/first/log/tail?after=0&held=0"
    answer = member.get(tail).text
    assert shown(answer) == [1, 2, 3, 4, 5]
    assert 'hx-trigger="every 1s, load"' in answer
    onward = TAIL.search(answer)
    assert onward
    answer = member.get(onward[1].replace("&amp;", "&")).text
    assert shown(answer) == [6, 7, 8, 9]
    assert "hx-get" not in answer and "The attempt has ended." in answer


def test_a_page_that_has_followed_for_long_goes_on_afresh(
    member: FlaskClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_HELD", 10)
    assert "hx-get" in member.get(f"{address}/tail?after=7&held=4").text
    answer = member.get(f"{address}/tail?after=7&held=5").text
    assert shown(answer) == [8, 9, 10, 11, 12]
    assert "hx-get" not in answer and f'data-onward href="{address}"' in answer


def test_rows_of_a_line_pass_for_no_line_of_their_own(app: Flask, member: FlaskClient, claimed: int) -> None:  # noqa: F811
    add_lines(app, claimed, 1, 1, message="one\n2026-01-01 ERROR two\x1b[2J\0")
    text = member.get(f"/runs/{claimed}/nodes/first/log.txt").text
    assert text.endswith(" INFO    one\n    2026-01-01 ERROR two\n")


def test_attempts_can_be_chosen(app: Flask, member: FlaskClient, failed: int) -> None:
    member.post("/runs/retry", data={"run": [failed]})
    with app.app_context():
        claim()
    page = member.get(f"/runs/{failed}/nodes/first/log?attempt=1").text
    choice = page[page.index('<select name="attempt"') :].partition("</select>")[0]
    assert re.findall(r"<option( selected)?>(\d+)", choice) == [("", "2"), (" selected", "1")]
    assert shown(page) == [1, 2] and "attempt=1" in page
