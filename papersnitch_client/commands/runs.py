"""Runs: start them, list them, look at one, try again what failed, stop."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.table import Table

from papersnitch_client import shown
from papersnitch_client.options import asks, json_option
from papersnitch_client.site import Record, Site, new_key

COLUMNS = ("run", "state", "score", "began", "took", "workflow", "paper")


@click.command()
@click.argument("papers", nargs=-1, required=True, type=int, metavar="PAPER...")
@click.option("--workflow", default="pdf_analysis_pipeline", show_default=True)
@click.option("--input", "given", default="{}", metavar="JSON", help="What the workflow is given, an object of JSON.")
@click.option("--no-reuse", is_flag=True, help="Take over nothing from earlier runs.")
@click.option("--key", default="", help="Asked again with the same key within a day, nothing is started twice.")
@json_option
@asks
def start(
    site: Site, papers: tuple[int, ...], workflow: str, given: str, no_reuse: bool, key: str, wants_json: bool
) -> None:
    """Start a workflow on papers, by their ids."""
    asked: Record = {"workflow": workflow, "input": _object(given), "reuse": not no_reuse}
    key = key or new_key()
    begun = [site.post("/runs", asked | {"paper": paper}, f"{key}-{paper}") for paper in papers]
    _tell(begun, wants_json)


@click.command()
@click.argument("words", default="")
@click.option("--status", help="RUNNING, FAILED, SUCCEEDED, ...", type=str.upper)
@click.option("--workflow", help="Of that workflow.")
@click.option("--paper", type=int, help="Of the paper with that id.")
@click.option("--most", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@click.option("--all", "whole", is_flag=True, help="All of them.")
@json_option
@asks
def runs(site: Site, words: str, most: int, whole: bool, wants_json: bool, **narrowed: Any) -> None:
    """List runs, newest first. WORDS stand in their paper's title."""
    _tell([*site.items("/runs", None if whole else most, q=words, **narrowed)], wants_json)


@click.command()
@click.argument("run_id", type=int, metavar="RUN")
@json_option
@asks
def run(site: Site, run_id: int, wants_json: bool) -> None:
    """Show a run, its nodes, and what broke."""
    told, nodes = site.get(f"/runs/{run_id}"), site.get(f"/runs/{run_id}/nodes")["items"]
    if wants_json:
        return shown.as_json(told | {"nodes": nodes})
    shown.out.print(listed([told]))
    shown.out.print()
    shown.out.print(nodes_of(nodes))
    for broken in told["failures"]:
        words = f"\n{broken['node_id']} failed in attempt {broken['attempt']}: {broken['type']}: {broken['message']}"
        shown.out.print(shown.text(words), style="red")


@click.command()
@click.argument("run_id", type=int, metavar="RUN")
@click.option("--failed", is_flag=True, help="Every node that failed, and what waited for it.")
@click.option("--node", help="That node.")
@click.option("--from-here", is_flag=True, help="With --node: and everything after it.")
@click.option("--dry-run", is_flag=True, help="Only say what would begin anew.")
@json_option
@asks
def retry(
    site: Site, run_id: int, failed: bool, node: str | None, from_here: bool, dry_run: bool, wants_json: bool
) -> None:
    """Try a run again: --failed, or --node NODE."""
    if failed == bool(node):
        raise click.UsageError("Say what to try again: --failed, or --node NODE.")
    asked = {"node": node, "from_here": from_here}
    address = f"/runs/{run_id}/retry"
    told = site.get(address, **asked) if dry_run else site.post(address, asked)
    if wants_json:
        return shown.as_json(told)
    shown.out.print(("It would do this: " if dry_run else "") + told["sentence"], markup=False)


@click.command()
@click.argument("run_ids", nargs=-1, required=True, type=int, metavar="RUN...")
@json_option
@asks
def cancel(site: Site, run_ids: tuple[int, ...], wants_json: bool) -> None:
    """Stop runs. Nodes that have not begun never do, those under way are told to stop."""
    _tell([site.post(f"/runs/{run_id}/cancel") for run_id in run_ids], wants_json)


def listed(found: list[Record]) -> Table:
    """Runs, a row each."""
    made = shown.table(*COLUMNS, numbers=("run", "score"))
    for one in found:
        made.add_row(
            str(one["id"]), shown.state(one["status"]), shown.score(one["score"]), shown.time(one["started_at"]),
            shown.lasted(one["started_at"], one["finished_at"]), shown.text(one["workflow"]), shown.text(one["paper"]),
        )  # fmt: skip
    return made


def nodes_of(nodes: list[Record]) -> Table:
    """The nodes of a run, a row each, with why one waits."""
    made = shown.table("node", "state", "attempt", "done", "took", "", numbers=("attempt",))
    for one in nodes:
        done = f"{one['done']} of {one['total']}" if one["total"] else ""
        took = shown.lasted(one["started_at"], one["finished_at"])
        made.add_row(
            shown.text(one["node_id"]), shown.state(one["status"]), str(one["attempt"]), done, took,
            shown.text(one["wait"]),
        )  # fmt: skip
    return made


def _tell(found: list[Record], wants_json: bool) -> None:
    if wants_json:
        shown.as_json(found)
    else:
        shown.out.print(listed(found) if found else "No run fits.")


def _object(given: str) -> Record:
    try:
        read = json.loads(given)
    except ValueError as error:
        raise click.BadParameter(f"it is no JSON: {error}", param_hint="--input") from None
    if not isinstance(read, dict):
        raise click.BadParameter('it is an object, such as {"repository": "https://..."}', param_hint="--input")
    return read


COMMANDS = (start, runs, run, retry, cancel)
