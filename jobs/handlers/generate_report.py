"""generate_report: what the run found, as HTML, Markdown, JSON and a CSV row."""

from __future__ import annotations

from datetime import UTC, datetime

from jobs.context import NodeContext
from jobs.registry import Output, handler
from jobs.reports.contents import contents
from jobs.reports.render import as_csv, as_html, as_json, as_markdown


@handler("generate_report", version="5")
def generate_report(context: NodeContext) -> Output:
    """Leaves `report.html`, `report.md`, `report.json` and `row.csv`."""
    report = contents(context, datetime.now(UTC))
    context.artifact("report.html", as_html(report), "text/html")
    context.artifact("report.md", as_markdown(report), "text/markdown")
    context.artifact("report.json", as_json(report), "application/json")
    context.artifact("row.csv", as_csv(report), "text/csv")
    context.log(report["headline"])
    return {"headline": report["headline"]}
