"""`papersnitch papers`: what the team has."""

from __future__ import annotations

import click

from papersnitch_client import shown
from papersnitch_client.options import asks, json_option
from papersnitch_client.site import Site


@click.command()
@click.argument("words", default="")
@click.option("--state", help="How they stand with their runs, such as failed or unchecked (the site names them).")
@click.option("--order", type=click.Choice(["newest", "oldest", "best", "worst"]), default="newest", show_default=True)
@click.option("--most", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@click.option("--all", "whole", is_flag=True, help="All of them.")
@json_option
@asks
def papers(site: Site, words: str, state: str | None, order: str, most: int, whole: bool, wants_json: bool) -> None:
    """List papers. WORDS stand in their title or file name."""
    found = [*site.items("/papers", None if whole else most, q=words, state=state, order=order)]
    if wants_json:
        return shown.as_json(found)
    listed = shown.table("id", "score", "last run", "", "size", "title", numbers=("id", "score", "last run", "size"))
    for one in found:
        listed.add_row(
            str(one["id"]), shown.score(one["score"]), str(one["run_id"] or "–"), shown.state(one["run_status"]),
            shown.size(one["bytes"]), shown.text(one["title"]),
        )  # fmt: skip
    shown.out.print(listed if found else "No paper fits.")


COMMANDS = (papers,)
