"""`papersnitch logs`: what nodes wrote, and what they write now."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import click

from papersnitch_client import shown
from papersnitch_client.options import asks, json_option
from papersnitch_client.site import Record, Site

OVER = frozenset({"SUCCEEDED", "FAILED", "POISONED", "CANCELLED", "UPSTREAM_FAILED", "SKIPPED"})
STYLES = {"warning": "yellow", "error": "bold red", "debug": "dim"}
LEVELS = ("debug", "info", "warning", "error")


@dataclass
class Tail:
    """How far the log of each node has been read: by node its attempt and the last line of it."""

    site: Site
    run_id: int
    level: str
    text: str
    at: dict[str, tuple[int, int]] = field(default_factory=dict)

    def new(self, node_id: str, attempt: int) -> Iterator[Record]:
        """The lines since the last time up to that attempt, each with its node and attempt."""
        seen, after = self.at.get(node_id, (attempt, 0))
        for each in range(seen, attempt + 1):
            yield from self._lines(node_id, each, after if each == seen else 0)

    def _lines(self, node_id: str, attempt: int, last: int) -> Iterator[Record]:
        address = f"/runs/{self.run_id}/nodes/{node_id}/log"
        for line in self.site.records(address, attempt=attempt, level=self.level, q=self.text, after=last):
            last = line["line"]
            yield line | {"node": node_id, "attempt": attempt}
        self.at[node_id] = (attempt, last)


@click.command()
@click.argument("run_id", type=int, metavar="RUN")
@click.argument("node", default="")
@click.option("--follow", "-f", is_flag=True, help="Go on until the node, or the run, is over.")
@click.option("--attempt", type=click.IntRange(1), help="Of that attempt; without it the last.")
@click.option("--level", type=click.Choice(LEVELS), default="debug", show_default=True, help="At least so severe.")
@click.option("--with", "text", default="", metavar="TEXT", help="Only lines with that text.")
@json_option
@asks
def logs(
    site: Site, run_id: int, node: str, follow: bool, attempt: int | None, level: str, text: str, wants_json: bool
) -> None:
    """Print the log of a run, or of one NODE of it.

    Without NODE the nodes' logs come one after the other; while you --follow, as they are written.
    """
    if attempt and (follow or not node):
        raise click.UsageError("--attempt is for one node's log as it is: name the NODE, and leave --follow.")
    tail = Tail(site, run_id, level, text)
    lines = _followed(tail, node) if follow else _as_it_is(tail, node, attempt)
    for line in lines:
        shown.as_json(line) if wants_json else _print(line, with_node=not node)


def _as_it_is(tail: Tail, node: str, attempt: int | None) -> Iterator[Record]:
    for one in _nodes(tail, node):
        if attempt or one["attempt"]:
            yield from tail.new(one["node_id"], attempt or one["attempt"])


def _followed(tail: Tail, node: str) -> Iterator[Record]:
    """Nodes are looked at before their logs: of a node that was over then, nothing is missed."""
    done: dict[str, int] = {}  # the attempt that was read to its end
    while True:
        nodes = _nodes(tail, node)
        for one in nodes:
            if one["attempt"] and done.get(one["node_id"]) != one["attempt"]:
                yield from tail.new(one["node_id"], one["attempt"])
                if one["status"] in OVER:
                    done[one["node_id"]] = one["attempt"]
        if all(one["status"] in OVER for one in nodes):
            return
        time.sleep(1)


def _nodes(tail: Tail, node: str) -> list[Record]:
    address = f"/runs/{tail.run_id}/nodes"
    if node:
        return [tail.site.get(f"{address}/{quote(node, safe='')}")]
    found: list[Record] = tail.site.get(address)["items"]
    return found


def _print(line: Record, with_node: bool) -> None:
    """Further rows of a line are indented, so that none passes for a line of its own."""
    name = f"{line['node']:<20} " if with_node else ""
    words = shown.plain(line["message"]).replace("\n", "\n    ")
    row = f"{name}{shown.clock(line['at'])} {line['level'].upper():7} {words}"
    shown.out.print(row, style=STYLES.get(line["level"]), markup=False, soft_wrap=True)


COMMANDS = (logs,)
