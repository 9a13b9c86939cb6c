"""The files for Prometheus and Grafana: their readers accept them, and they ask only for what is there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml
from flask.testing import FlaskClient

from tests.services import PLACES

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "deploy" / "observability"
DOCUMENT = (ROOT / "docs" / "observability.md").read_text()
DASHBOARD = json.loads((FILES / "grafana-dashboard.json").read_text())
RULES = [rule for group in yaml.safe_load((FILES / "alerts.yaml").read_text())["groups"] for rule in group["rules"]]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
PARTS = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}
on_sqlite = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


def expressions() -> list[str]:
    return [rule["expr"] for rule in RULES] + [each["expr"] for panel in PANELS for each in panel["targets"]]


def asked_for(expression: str) -> set[str]:
    """The series an expression reads."""
    names: set[str] = set()

    def note(part: promql.Expr) -> None:
        if isinstance(part, promql.VectorSelector) and part.name:
            names.add(part.name)

    promql.walk(promql.parse(expression), note)
    return names


@pytest.fixture
def exported(at_head: object, operator: FlaskClient) -> dict[str, str]:
    """What /metrics tells, by name, and of which kind."""
    operator.get("/no/such/place")
    return dict(re.findall(r"^# TYPE (\S+) (\S+)$", operator.get("/metrics").text, re.M))


@on_sqlite
def test_whatever_alerts_and_panels_ask_for_is_exported(exported: dict[str, str]) -> None:
    series = {name + part for name, kind in exported.items() for part in PARTS[kind]}
    asked = {name for expression in expressions() for name in asked_for(expression)}
    assert len(asked) > 10
    assert asked - series == {"up"}, "`up` is Prometheus' own"


@on_sqlite
def test_the_autoscaler_asks_for_what_is_exported(exported: dict[str, str]) -> None:
    text = (ROOT / "deploy" / "kubernetes" / "autoscaling.yaml").read_text()
    assert set(re.findall(r"papersnitch_\w+", text)) <= exported.keys()


@on_sqlite
def test_the_document_names_every_metric_and_no_other(exported: dict[str, str]) -> None:
    assert set(re.findall(r"`(papersnitch_\w+)`", DOCUMENT)) == exported.keys()


def test_the_document_says_what_to_do_about_every_alert() -> None:
    named = re.findall(r"^\| (PaperSnitch\w+) \|", DOCUMENT, re.M)
    assert named == [rule["alert"] for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_alert_says_how_grave_it_is_and_what_is_wrong(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert set(rule["annotations"]) == {"summary", "description"}


def test_grafana_can_read_the_dashboard() -> None:
    assert {"uid", "title", "schemaVersion", "panels", "templating", "time"} <= set(DASHBOARD)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    source = DASHBOARD["templating"]["list"][0]
    assert (source["type"], source["query"]) == ("datasource", "prometheus")
    for panel in PANELS:
        assert panel["datasource"]["uid"] == "${" + source["name"] + "}"
        assert all(each["expr"] and each["refId"] for each in panel["targets"])


def test_no_panel_lies_on_another() -> None:
    for one, other in combinations((panel["gridPos"] for panel in DASHBOARD["panels"]), 2):
        is_beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        is_below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert is_beside or is_below, (one, other)


@pytest.mark.skipif(shutil.which("promtool", path=PLACES) is None, reason="promtool is not here")
def test_prometheus_accepts_its_files() -> None:
    tool = str(shutil.which("promtool", path=PLACES))
    subprocess.run([tool, "check", "rules", str(FILES / "alerts.yaml")], check=True)
    subprocess.run([tool, "check", "config", "--syntax-only", str(FILES / "prometheus.yaml")], check=True)
