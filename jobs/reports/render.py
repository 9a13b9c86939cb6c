"""The forms of a report. Paper and repository text is escaped by each form's own rules."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from dashboard.cells import cell
from jobs.reports.filters import WORDS, bar, code, markdown, sharing

TEMPLATES = Path(__file__).parent / "templates"


def as_html(report: Mapping[str, Any]) -> str:
    """One file that stands alone: no scripts, nothing loaded from anywhere."""
    return _render("report.html.j2", report)


def as_markdown(report: Mapping[str, Any]) -> str:
    """GitHub's Markdown."""
    return _render("report.md.j2", report)


def as_json(report: Mapping[str, Any]) -> str:
    """The contents themselves."""
    return json.dumps(report, ensure_ascii=False, indent=2, sort_keys=False) + "\n"


def as_csv(report: Mapping[str, Any]) -> str:
    """A header and one row, so that rows of many papers can be put together."""
    row = csv_row(report)
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerows([row.keys(), map(cell, row.values())])
    return sheet.getvalue()


def csv_row(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report in one line: the paper, the scores, each criterion's answer."""
    counts = report["overall"]
    row = {
        "title": report["paper"]["title"],
        "filename": report["paper"]["filename"],
        "pdf_sha256": report["provenance"]["pdf_sha256"],
        "run": report["provenance"]["run"],
        "assessed_by": " ".join(report["assessors"]),
        "repository": report["repository"]["url"],
        "commit": report["repository"]["commit"],
        **{name: counts[name] for name in ("score", *WORDS)},
        "badges": " ".join(badge["id"] for badge in report["badges"]),
    }
    scores = {f"{rubric['id']}/score": rubric["score"] for rubric in report["rubrics"]}
    answers = {f"{rubric['id']}/{c['id']}": c["answer"] for rubric in report["rubrics"] for c in rubric["criteria"]}
    return row | scores | answers


def _render(name: str, report: Mapping[str, Any]) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    shared = {"by_alike": sharing("alike"), "by_group": sharing("group")}
    environment.filters.update(md=markdown, code=code, bar=bar, **shared)
    return environment.get_template(name).render(report=report, words=WORDS)
