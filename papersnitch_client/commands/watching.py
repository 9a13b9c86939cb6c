"""`papersnitch watch`: look on until runs are over."""

from __future__ import annotations

import sys

import click
from rich.console import Group, RenderableType
from rich.live import Live

from papersnitch_client import shown
from papersnitch_client.commands.runs import listed, nodes_of
from papersnitch_client.errors import Exit
from papersnitch_client.options import asks, json_option
from papersnitch_client.site import Record, Site
from papersnitch_client.waiting import until_over


@click.command()
@click.argument("run_ids", nargs=-1, required=True, type=int, metavar="RUN...")
@click.option("--every", type=click.FloatRange(0.2), default=2.0, show_default=True, help="Seconds between looks.")
@json_option
@asks
def watch(site: Site, run_ids: tuple[int, ...], every: float, wants_json: bool) -> None:
    """Watch runs until all are over.

    Exit code 3 when one did not succeed. With --json, or where no terminal looks on, a line is written for each change.
    """
    if wants_json or not shown.out.is_terminal:
        last = _in_lines(site, run_ids, every, wants_json)
    else:
        last = _in_place(site, run_ids, every)
    if any(run["status"] != "SUCCEEDED" for run in last):
        sys.exit(Exit.UNSUCCESSFUL)


def _in_lines(site: Site, run_ids: tuple[int, ...], every: float, wants_json: bool) -> list[Record]:
    told: dict[int, int] = {}
    last: list[Record] = []
    for last in until_over(site, run_ids, every):
        for run in last:
            if told.get(run["id"]) != run["revision"]:
                shown.as_json(run) if wants_json else click.echo(_line(run))
            told[run["id"]] = run["revision"]
    return last


def _in_place(site: Site, run_ids: tuple[int, ...], every: float) -> list[Record]:
    last: list[Record] = []
    with Live(console=shown.out, auto_refresh=False) as live:
        for last in until_over(site, run_ids, every):
            live.update(_picture(site, last), refresh=True)
    return last


def _picture(site: Site, found: list[Record]) -> RenderableType:
    """Of one run its nodes too."""
    if len(found) > 1:
        return listed(found)
    return Group(listed(found), "", nodes_of(site.get(f"/runs/{found[0]['id']}/nodes")["items"]))


def _line(run: Record) -> str:
    far = f"{run['passed']} of {run['total']} nodes"
    return f"run {run['id']} {run['status'].lower()}: {far}, {shown.plain(run['paper'])}"


COMMANDS = (watch,)
