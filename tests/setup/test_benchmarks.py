"""The benchmarks measure what they say, tell it in one line, and go on without what is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Flask

from benchmarks import __main__ as bench
from benchmarks import claiming, contenders, scale, servers, shapes, stopwatch
from benchmarks.engine import environment
from benchmarks.peers import catalogue
from benchmarks.peers.catalogue import PEERS, Missing, Record
from benchmarks.peers.venvs import CannotInstall
from benchmarks.report import Figures, summary, table
from dashboard.engine.states import NodeStatus
from tests import factories

ROOT = Path(__file__).resolve().parent.parent.parent
on_mariadb = pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)


class Ticking:
    """A contender whose clock moves by a second for each run handed over, and whose runs take ten."""

    name = "ticking"

    def __init__(self) -> None:
        self.time = 0.0
        self.log: list[str] = []

    def now(self) -> float:
        return self.time

    def submit(self, workload: str) -> str:
        self.time += 1
        self.log.append(workload)
        return str(self.time)

    def ended(self, runs: Sequence[str]) -> float | None:
        self.log.append(f"wait for {len(runs)}")
        return max(float(run) for run in runs) + 10


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopwatch, "PAUSE_SECONDS", 0)


def test_the_pipeline_is_the_one_of_eleven_nodes() -> None:
    waits = shapes.parents("P")
    assert (len(waits), waits["aggregate"], waits["ingest"]) == (11, ["pdf_check", "repo_check"], [])


@pytest.mark.parametrize("workload", ["P", "C", "F"])
def test_parents_are_named_before_their_children(workload: str) -> None:
    order = shapes.names(workload)
    assert all(order.index(parent) < order.index(child) for parent, child in shapes.shape(workload))


def test_handing_over_counts_and_the_end_is_the_recorded_one() -> None:
    measured = stopwatch.measure(Ticking(), "P", 3)
    assert measured == {
        "peer": "ticking", "workload": "P", "nodes": 33, "seconds": 13.0, "nodes_per_s": 2.5, "per_hop_ms": 393.94,
    }  # fmt: skip


def test_chains_follow_each_other_and_pipelines_run_together() -> None:
    chains, pipelines = Ticking(), Ticking()
    stopwatch.measure(chains, "C", 2)
    stopwatch.measure(pipelines, "P", 2)
    assert chains.log[5:] == ["C", "wait for 1", "C", "wait for 1"]
    assert pipelines.log[5:] == ["P", "P", "wait for 2"]


def test_a_contender_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopwatch, "LIMIT_SECONDS", 0.01)
    monkeypatch.setattr(Ticking, "ended", lambda *_: None)
    with pytest.raises(stopwatch.Stalled, match="ticking did not end 4 x P"):
        stopwatch.measure(Ticking(), "P", 1)


def test_the_last_line_holds_medians_and_null_for_who_is_missing() -> None:
    figures = Figures()
    figures.add(*(_record("ours", "P", rate) for rate in (700.0, 900.0, 800.0)), _record("celery", "C", 500.0))
    told = summary(figures)
    assert told["P"] == {"ours": 800.0, "celery": None, "dbos": None, "rq_depends_on": None, "rq_raw": None}
    assert told["C"]["celery"] == 2.0
    assert told["S"] is None


@pytest.mark.parametrize(("ours", "holds"), [(400.0, "yes"), (399.0, "NO")])
def test_a_bar_on_throughput_holds_from_its_multiple_on(ours: float, holds: str) -> None:
    figures = Figures()
    figures.add(_record("ours", "P", ours), _record("celery", "P", 200.0))
    assert _line(table(figures), "P  celery").endswith(f">= 2    {holds}")


@pytest.mark.parametrize(("ours", "holds"), [(1000 / 1.2, "yes"), (1000 / 1.3, "NO")])
def test_a_bar_on_time_holds_up_to_its_share(ours: float, holds: str) -> None:
    figures = Figures()
    figures.add(_record("ours", "C", ours), _record("celery", "C", 500.0))
    assert _line(table(figures), "C  celery").endswith(f"<= 0.6  {holds}")


def test_a_bar_against_a_missing_peer_is_unknown_and_not_held() -> None:
    figures = Figures()
    figures.add(_record("ours", "F", 500.0))
    assert _line(table(figures), "F  dbos").split()[2:] == ["missing", ">=", "5", "unknown"]


def test_scaling_is_told_against_one_worker_and_against_sleep_alone() -> None:
    assert scale.report({1: 40.0, 4: 120.0}, handler_ms=20)[2].split() == ["4", "120.0", "0.75", "0.60"]


def test_who_cannot_be_measured_keeps_nobody_else_from_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def broken() -> list[Record]:
        asked.append("dbos")
        raise Missing("no PostgreSQL")

    turns = {"dbos": broken, "ours": lambda: [_record("ours", "P", 800.0)]}
    monkeypatch.setattr(contenders, "turns", lambda *_: turns)
    figures = Figures()
    with servers.private() as private:
        bench.play(figures, private, ["dbos", "ours"], rounds=2, workers=2)
    assert figures.of("P", "ours") == [800.0, 800.0]
    assert asked == ["dbos"]
    assert "dbos is missing: no PostgreSQL" in capsys.readouterr().err


def test_a_peer_that_cannot_be_installed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_name: str) -> Path:
        raise CannotInstall("the index cannot be reached")

    monkeypatch.setattr(catalogue, "python_of", refuse)
    with servers.private() as private, pytest.raises(Missing, match="cannot be reached"):
        catalogue.measure(PEERS["celery"], private, ["C"])


@on_mariadb
def test_it_prints_one_line_and_leaves_other_queues_alone(in_app: Flask, engine_url: str, redis_url: str) -> None:
    other = factories.started_run(workflow=factories.definition(nodes=[{"id": "waiting"}]))
    place = ["--database-url", engine_url, "--redis-url", redis_url]
    command = [sys.executable, "-m", "benchmarks.engine", "--workload", "P", "--runs", "2", "--workers", "1", *place]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert (record["peer"], record["workload"], record["nodes"]) == ("ours", "P", 22)
    assert record["seconds"] > 0
    assert factories.node_of(other, "waiting").status == NodeStatus.READY


@on_mariadb
def test_a_claim_in_a_used_table_uses_its_index_and_sorts_nothing(
    engine_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "TURNS", 2)
    measured = claiming.measure(environment(engine_url, redis_url, tmp_path), sizes=(0, 2_000))
    assert measured["plan"] == {"key": "ix_node_claim", "filesort": False}
    assert set(measured["claims_per_s"]) == {"0", "2000"}
    assert measured["nodes"] == 2 * 2 * claiming.CLAIMS


def _record(peer: str, workload: str, nodes_per_s: float) -> Record:
    return stopwatch.record(peer, workload, 1000, 1000 / nodes_per_s)


def _line(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(start))
