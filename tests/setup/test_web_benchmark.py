"""The benchmark of the pages measures what it says, and tells it a line a bar."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from sqlalchemy import create_engine, text

from benchmarks import seed_history
from benchmarks.pages import browser, files, places, polls, serving, statements, tabs
from benchmarks.pages.bar import Bar, quantile, spread
from benchmarks.pages.site import Inside, Served, served
from benchmarks.seeding.story import Size
from tests import schemas, services

SIZE = Size(runs=60, logs=2_000, longest_log=1_200)
Settings = dict[str, str]


@pytest.fixture(scope="module")
def history(mariadb_server: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of an installation with a short history."""
    url, home = schemas.fresh_database(mariadb_server, f"web_{worker_name}"), tmp_path_factory.mktemp("web")
    seed_history.seed(url, home, SIZE, teams=1)
    redis = services.shared("redis", services.real_redis).url
    return {"DATABASE_URL": url, "REDIS_URL": redis, "PAPERSNITCH_HOME": str(home), "SECRET_KEY": "only for tests"}


@pytest.fixture(scope="module")
def site(history: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(history, tmp_path_factory.mktemp("served") / "web.log") as running:
        yield running


def test_a_bar_holds_up_to_its_limit() -> None:
    assert [Bar("", value, 4).holds for value in (3, 4, 5)] == [True, True, False]
    assert Bar("", 5).holds is None


def test_a_bar_is_a_line_of_json() -> None:
    assert json.loads(Bar("queries, home", 7, 6, {"p50_ms": 1.5}).line()) == {
        "bar": "queries, home", "value": 7, "limit": 6, "holds": False, "p50_ms": 1.5,
    }  # fmt: skip


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10), (0.95, 19), (1, 20), (0.01, 1)])
def test_a_quantile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert quantile([*range(20, 0, -1)], share) == expected


def test_a_spread_is_in_milliseconds() -> None:
    assert spread([0.001, 0.002, 0.01]) == {"p50_ms": 2.0, "p95_ms": 10.0}


def test_it_counts_the_rows_that_a_statement_reads_and_sorts(history: Settings) -> None:
    engine = create_engine(history["DATABASE_URL"])
    with statements.weighed(engine) as sent, engine.connect() as connection:
        sent.clear()  # what a new connection asks for itself
        connection.execute(text("SELECT input FROM workflow_run ORDER BY input")).all()
        connection.execute(text("SELECT id FROM workflow_run WHERE id = 1")).all()
    engine.dispose()
    whole, one = sent
    assert (whole.sorted, one.sorted) == (60, 0)
    assert one.read <= 2 < 60 <= whole.read


def test_it_tells_queries_and_times_of_every_page(history: Settings) -> None:
    bars = {bar.name: bar for bar in serving.measure(history, history, visits=1)}
    inside = Inside(history)
    with inside.app.app_context():
        pages = places.pages()
    inside.engine.dispose()
    for page in pages:
        assert bars[f"queries, {page.name}"].value >= 1
        assert bars[f"server time, {page.name}, p95 ms"].limit == 150
        assert bars[f"server time, {page.name}, much history against little"].value > 0
    assert bars["rows read by one statement, runs"].holds


def test_it_tells_of_polls(history: Settings, site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polls, "ASKED", 5)
    monkeypatch.setattr(polls, "ASKED_OF_LISTS", 5)
    bars = {bar.name: bar for bar in polls.measure(history, site)}
    assert bars["unchanged poll, run, queries"].value == 1
    assert bars["unchanged poll, run, p95 ms"].limit == 15
    assert bars["unchanged poll, run, p95 ms"].more["of_them_204"] in ("4 of 5", "3 of 5")  # it had no version at first
    assert bars["changed poll of 15 nodes, bytes gzipped"].value > 500


def test_it_searches_the_long_log(history: Settings, site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "TIMES", 1)
    bars = {bar.name: bar.more["bytes"] for bar in files.log(history, site)}
    assert len(bars) == 2 + len(files.SEARCHES)
    assert bars["long log, first rows, p95 ms"] > 2 * bars["long log, search of the whole: a text near the end, p95 ms"]


def test_it_sends_the_zip_whole_and_removes_the_files(
    history: Settings, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FILE_MB", 1)
    store = Path(history["PAPERSNITCH_HOME"]) / "artifacts"
    before = {*store.rglob("*")}
    (bar,) = files.archive(history, site, megabytes=3)
    assert (bar.name, bar.more["sent_mb"]) == ("zip of 3 MB, growth MiB", 3)
    assert not [one for one in {*store.rglob("*")} - before if one.is_file()]


def test_it_sees_the_end_of_every_node(
    history: Settings, site: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tabs, "HANDLER", 100)  # nodes are seen before they end
    (bar,) = tabs.measure(history, site, tmp_path, tabs=2)
    assert bar.more["ends"] == 22
    assert 0 <= bar.more["soonest_s"] <= bar.value <= bar.more["slowest_s"]


@pytest.fixture
def no_tries_yet(history: Settings) -> None:
    """Everybody here signs in as the same person, more often in a minute than a person may."""
    with redis.Redis.from_url(history["REDIS_URL"]) as client:
        for key in client.scan_iter("LIMITS*@team*.example*"):
            client.delete(key)


@pytest.mark.browser
@pytest.mark.usefixtures("no_tries_yet")
@pytest.mark.skipif(not Path(os.environ.get("CHROMIUM", "/usr/bin/chromium")).exists(), reason="no Chromium here")
def test_a_hidden_tab_asks_nothing_and_a_seen_one_does(
    history: Settings, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "LISTENS_SECONDS", 2.5)
    with ThreadPoolExecutor(1) as elsewhere:  # Playwright runs once a thread, and the tests may have it here
        bars = {bar.name: bar.value for bar in elsewhere.submit(list, browser.measure(history, site)).result()}
    assert bars["requests of a run that goes on, seen"] >= 1
    assert bars["requests of a run that goes on, hidden tab"] == 0
    assert bars["requests of a finished run"] == 0
    assert bars["first load, home, requests to other hosts"] == 0
    assert bars["first load, home, KB gzipped"] > 5
