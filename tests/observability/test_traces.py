"""A run is one trace over all processes. (That nothing is loaded where nobody asked: tests/setup/test_web_process.)"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import telemetry
from tests.crowd.processes import crowd
from tests.observability.collector import Collector, collecting
from tests.views.conftest import Lab

on_sqlite = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


@pytest.fixture
def environment(environment: dict[str, str], collector: Collector, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The same for this process, which plays the web's part, and for the worker's."""
    more = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint, "LOG_FORMAT": "json", "LOG_LEVEL": "info"}
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    return {**environment, **more}


@pytest.fixture
def traced(app: Flask, member: FlaskClient) -> Iterator[FlaskClient]:
    """A browser whose requests are traced."""
    telemetry.begin(app.extensions["settings"])
    yield member
    telemetry.end()


def work(environment: dict[str, str], folder: Path) -> list[dict[str, Any]]:
    """Let a worker do all there is to do; its log lines."""
    with crowd(environment, folder, "tests.observability.working") as people:
        people.leave(people.join(), 60)
        return [json.loads(line) for line in people.words().splitlines()]


@on_sqlite
def test_a_run_is_one_trace_from_the_request_to_the_handler(
    traced: FlaskClient, lab: Lab, environment: dict[str, str], collector: Collector, tmp_path: Path
) -> None:
    sent = traced.post(f"/papers/{lab.paper_id}/runs", data={"workflow": lab.workflow})
    assert sent.status_code == 303, sent.text
    telemetry.flush()
    lines = work(environment, tmp_path)

    request = next(span for span in collector.spans if span.name.startswith("POST /papers/"))
    begun, first, second = (collector.named(name) for name in ("run.start", "attempt first", "attempt second"))
    assert {begun.trace, first.trace, second.trace} == {request.trace}
    assert (request.parent, begun.parent, first.parent, second.parent) == ("", request.span, begun.span, begun.span)
    inner, broken = collector.named("first"), collector.named("second")
    assert (inner.parent, inner.is_error) == (first.span, False)
    assert (broken.parent, broken.is_error) == (second.span, True)
    assert request.facts["papersnitch.request_id"] == sent.headers["X-Request-Id"]
    assert (first.facts["papersnitch.node_id"], first.facts["papersnitch.attempt"]) == ("first", 1)

    of_first = {"run_id": begun.facts["papersnitch.run_id"], "node_id": "first", "attempt": 1}
    (said,) = [line for line in lines if line["message"] == "looking"]
    assert {name: said[name] for name in of_first} == of_first
    assert said["worker"] == first.facts["papersnitch.worker"]


@on_sqlite
def test_a_request_that_starts_nothing_is_a_trace_of_its_own(traced: FlaskClient, collector: Collector) -> None:
    traced.get("/runs")
    traced.get("/papers")
    telemetry.flush()
    runs, papers = collector.named("GET /runs"), collector.named("GET /papers")
    assert runs.trace != papers.trace
    assert (runs.parent, runs.facts["http.response.status_code"]) == ("", 200)
