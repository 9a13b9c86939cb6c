"""`papersnitch cohorts`: papers looked at together."""

from __future__ import annotations

import click

from papersnitch_client import shown
from papersnitch_client.options import asks, json_option
from papersnitch_client.site import Record, Site


@click.command()
@click.argument("cohort", type=int, required=False)
@json_option
@asks
def cohorts(site: Site, cohort: int | None, wants_json: bool) -> None:
    """List the cohorts, or the papers of COHORT with their runs."""
    found = [*site.items(f"/cohorts/{cohort}/papers")] if cohort else site.get("/cohorts")["items"]
    if wants_json:
        return shown.as_json(found)
    if not found:
        return shown.out.print("It holds no papers yet." if cohort else "There are no cohorts yet.")
    _show_papers(found) if cohort else _show(found)


def _show(found: list[Record]) -> None:
    listed = shown.table("id", "papers", "judged", "name", numbers=("id", "papers", "judged"))
    for one in found:
        listed.add_row(str(one["id"]), str(one["papers"]), str(one["judged"]), shown.text(one["name"]))
    shown.out.print(listed)


def _show_papers(found: list[Record]) -> None:
    listed = shown.table("paper", "last run", "state", "title", numbers=("paper", "last run"))
    for one in found:
        title = shown.text(one["title"])
        listed.add_row(str(one["paper_id"]), str(one["run_id"] or "–"), shown.state(one["status"]), title)
    shown.out.print(listed)


COMMANDS = (cohorts,)
