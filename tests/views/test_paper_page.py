"""The paper page: criteria beside pages, each leading to the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from dashboard.engine import runs
from dashboard.engine.outcomes import KeptArtifact
from dashboard.extensions import db
from dashboard.models import Team
from tests import factories
from tests.engine.judged_runs import criterion, kept, succeed
from tests.views.conftest import Lab

NODES = ("ingest_pdf", "extract_text", "render_pages", "fetch_repo", "aggregate_findings")
SIZES = [[612.0, 792.0], [612.0, 792.0]]
LINES = [[[72, 100, 300, 110, "We release the code and <data> of this repro"], [72, 112, 200, 122, "ducible work."]]]
COMMIT = "c0ffee" * 6 + "cafe"


@dataclass(frozen=True)
class Seen:
    """A run that was judged, and the page that shows it."""

    run_id: int
    address: str
    picture: str
    words: str


def quote(start: int, end: int, verified: bool = True) -> dict[str, Any]:
    box = [72.0, 100.0, 72.0 + end - start, 110.0]
    return {"page": 1, "start": start, "end": end, "text": "the code", "boxes": [box], "verified": verified}


def asked(name: str, answer: str, *quotes: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = criterion(name, answer, "paper")
    made["verdicts"][0] |= {"quotes": list(quotes), "places": more.get("places", [])}
    return made


def criteria() -> list[dict[str, Any]]:
    place = {"path": "train.py", "line": 3, "commit": COMMIT, "text": "def main():"}
    return [
        asked("code", "met", quote(10, 60), places=[place]),
        asked("data", "met", quote(40, 80)),
        asked("seeds", "not_met"),
        asked("proofs", "not_assessed", quote(90, 99, verified=False)),
    ]


def chain(lab: Lab, *outputs: tuple[dict[str, Any], list[KeptArtifact]]) -> int:
    workflow = factories.definition(nodes=[{"id": name, "handler": name} for name in NODES], edges=[*pairwise(NODES)])
    run_id = runs.create_and_start(workflow.id, lab.paper_id, lab.team_id, {}, None)
    for output, files in outputs:
        succeed(output, *files)
    return run_id


def judged(
    app: Flask, lab: Lab, of: list[dict[str, Any]] | None = None, scanned: bool = False, broken: Sequence[int] = ()
) -> Seen:
    """A finished run of the lab's paper: the first page is drawn, the second could not be."""
    with app.app_context():
        picture = replace(kept("page-0001.webp", "RIFF....WEBP"), media_type="image/webp")
        pages = [
            {"number": 1, "width": 612, "height": 792, "image": "page-0001.webp", "sha256": picture.sha256,
             "pixels": [1200, 1553], "note": ""},
            {"number": 2, "width": 612, "height": 792, "image": None, "sha256": None, "pixels": None,
             "note": "The page is broken."},
        ]  # fmt: skip
        lines = [{"number": at, "width": 612, "height": 792, "lines": [] if scanned else LINES} for at in (1, 2)]
        rubrics = [{"id": name, "title": name.title(), "version": "1", "source": "us", "criteria": of or criteria()}
                   for name in ("neurips", "pineau")]  # fmt: skip
        found = {"commit": COMMIT, "rubrics": rubrics, "disagreements": []}
        words = kept("lines.json", {"pages": lines})
        run_id = chain(
            lab,
            ({"page_sizes": SIZES, "scanned": scanned, "unreadable_pages": [*broken]}, []), ({}, [words]),
            ({}, [kept("pages.json", {"pages": pages}), picture]),
            ({"url": "https://github.com/lab/tool"}, []), ({}, [kept("findings.json", found)]),
        )  # fmt: skip
        return Seen(run_id, f"/papers/{lab.paper_id}", picture.sha256, words.sha256)


@pytest.fixture
def seen(app: Flask, lab: Lab) -> Seen:
    return judged(app, lab)


def keys(page: str) -> list[str]:
    """Of the criteria; the list of keys to press names some too."""
    return re.findall(r'data-key="(\w+/\w+)"', page)


def marks(page: str) -> list[str]:
    return re.findall(r'<a id="m[^>]*>', page)


def test_it_shows_each_criterion_with_its_answer_and_pages(member: FlaskClient, seen: Seen) -> None:
    page = member.get(seen.address).text
    assert keys(page) == [f"neurips/{name}" for name in ("code", "data", "seeds", "proofs")]
    assert "p. 1" in page and "Is there code?" in page and "So it seems." in page
    assert re.findall(r"(?:met|not assessed) \d(?=</a>)", page) == ["met 2", "met 1", "not assessed 1"]


def test_it_boxes_what_was_quoted_and_nothing_that_was_not_verified(member: FlaskClient, seen: Seen) -> None:
    page = member.get(seen.address).text
    assert [re.search(r'id="([^"]*)"', mark)[1] for mark in marks(page)] == ["m1-10-60", "m1-40-80"]  # type: ignore[index]
    assert '<rect x="70.5" y="98.5" width="53.0" height="13.0"' in page
    assert "not in the paper" in page


def test_a_criterion_that_is_chosen_is_open_and_its_box_marked(member: FlaskClient, seen: Seen) -> None:
    page = member.get(f"{seen.address}?criterion=neurips/data").text
    assert re.search(r'id="c-neurips/data"[^>]* open', page)
    assert page.count(" open>") == 1
    assert [" chosen" in mark for mark in marks(page)] == [True, True]  # they overlap
    alone = member.get(f"{seen.address}?criterion=neurips/seeds").text
    assert not any(" chosen" in mark for mark in marks(alone))


def test_a_box_names_all_its_criteria_and_leads_to_each_in_turn(member: FlaskClient, seen: Seen) -> None:
    first = marks(member.get(seen.address).text)[0]
    assert 'aria-label="Code: met, Data: met"' in first and "#c-neurips/code" in first
    second = marks(member.get(f"{seen.address}?criterion=neurips/code").text)[0]
    assert "criterion=neurips/data" in second and second.endswith('aria-label="Code: met, Data: met">')


def test_a_quote_leads_to_its_box(member: FlaskClient, seen: Seen) -> None:
    page = member.get(seen.address).text
    assert f'href="{seen.address}?run={seen.run_id}&amp;criterion=neurips/code#m1-10-60"' in page


def test_a_place_in_the_repository_leads_to_its_line(member: FlaskClient, seen: Seen) -> None:
    assert f"https://github.com/lab/tool/blob/{COMMIT}/train.py#L3" in member.get(seen.address).text


def test_criteria_are_narrowed_by_answer_and_their_boxes_with_them(member: FlaskClient, seen: Seen) -> None:
    page = member.get(f"{seen.address}?answer=not_met").text
    assert keys(page) == ["neurips/seeds"]
    assert marks(page) == []
    assert "No criterion of this rubric" in member.get(f"{seen.address}?answer=nonsense").text


def test_another_rubric_is_a_link_away(member: FlaskClient, seen: Seen) -> None:
    assert 'data-key="pineau/code"' in member.get(f"{seen.address}?rubric=pineau").text
    assert 'data-key="pineau/code"' in member.get(f"{seen.address}?criterion=pineau/code").text


def test_pictures_are_kept_by_the_browser_and_by_nobody_between(member: FlaskClient, seen: Seen) -> None:
    answer = member.get(f"{seen.address}/pictures/{seen.picture}")
    assert (answer.data, answer.content_type) == (b"RIFF....WEBP", "image/webp")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert member.get(f"{seen.address}/pictures/{'0' * 64}").headers["Cache-Control"] == "no-store"


def test_files_are_those_of_this_paper_and_of_that_kind(app: Flask, member: FlaskClient, lab: Lab, seen: Seen) -> None:
    with app.app_context():
        team = db.session.get_one(Team, lab.team_id)
        other = factories.paper(team).id
    assert member.get(f"/papers/{other}/pictures/{seen.picture}").status_code == 404
    assert member.get(f"{seen.address}/pictures/{seen.words}").status_code == 404
    assert member.get(f"{seen.address}/words/{seen.picture}").status_code == 404


def test_words_lie_over_the_picture_and_a_divided_word_is_one(member: FlaskClient, seen: Seen) -> None:
    layer = member.get(f"{seen.address}/words/{seen.words}?page=1").text
    assert 'textLength="228"' in layer and "&lt;data&gt;" in layer
    assert re.sub(r"<[^>]*>|\s+(?=<)", "", layer).strip().endswith("of this reproducible work.")
    assert "<text" not in member.get(f"{seen.address}/words/{seen.words}?page=9").text


def test_words_come_with_the_page_when_asked_for_or_where_no_picture_is(member: FlaskClient, seen: Seen) -> None:
    page = member.get(seen.address).text
    assert page.count("ducible work.") == 1 and "The page is broken." in page
    assert f"/words/{seen.words}?page=1" in page and f"/words/{seen.words}?page=2" not in page
    assert member.get(f"{seen.address}?text=1").text.count("ducible work.") == 2


def test_a_run_of_another_paper_is_not_there(app: Flask, member: FlaskClient, seen: Seen) -> None:
    assert member.get(f"{seen.address}?run={seen.run_id}").status_code == 200
    assert member.get(f"{seen.address}?run=999999").status_code == 404


def test_the_newest_judged_run_is_shown_while_a_newer_one_goes_on(app: Flask, member: FlaskClient, lab: Lab) -> None:
    seen = judged(app, lab)
    with app.app_context():
        newer = chain(lab, ({"page_sizes": SIZES}, []))
    page = member.get(seen.address).text
    assert f">Run #{seen.run_id}<" in page and f">#{newer}<" in page
    under_way = member.get(f"{seen.address}?run={newer}").text
    assert "The run is under way" in under_way and 'hx-trigger="every 5s"' in under_way
    assert under_way.count("The page is being drawn.") == 2


def test_a_broken_page_is_named(app: Flask, member: FlaskClient, lab: Lab) -> None:
    assert "The PDF is broken" not in member.get(judged(app, lab).address).text
    assert "The PDF is broken on page 2:" in member.get(judged(app, lab, broken=[2]).address).text


def test_a_scan_says_so(app: Flask, member: FlaskClient, lab: Lab) -> None:
    assert "a scan without a text layer" in member.get(judged(app, lab, scanned=True).address).text


def test_a_paper_without_a_run_says_what_to_do(member: FlaskClient, lab: Lab) -> None:
    page = member.get(f"/papers/{lab.paper_id}").text
    assert "No run yet. Start one above" in page and "Start a run" in page


def test_a_page_takes_six_queries_whatever_it_shows(app: Flask, member: FlaskClient, lab: Lab) -> None:
    few = judged(app, lab)
    assert len(statements(app, member, few.address)) <= 6
    many = judged(app, lab, [asked(f"c{number}", "met", quote(number, number + 5)) for number in range(100)])
    assert "neurips/c99" in member.get(many.address).text
    assert len(statements(app, member, many.address)) <= 6


def statements(app: Flask, client: FlaskClient, address: str) -> list[str]:
    with listening(app) as heard:
        assert client.get(address).status_code == 200
    return heard


@contextmanager
def listening(app: Flask) -> Iterator[list[str]]:
    heard: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.extend([statement] if statement != "BEGIN" else [])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", note)
