"""What a run left: its files, and its report."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.markdown import Markdown

from papersnitch_client import shown
from papersnitch_client.fetching import FORMS, report_of, save, text_of
from papersnitch_client.options import asks, json_option
from papersnitch_client.site import Site


@click.command()
@click.argument("run_id", type=int, metavar="RUN")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Fetch them into that folder, by node.")
@json_option
@asks
def artifacts(site: Site, run_id: int, folder: Path | None, wants_json: bool) -> None:
    """List the files that a run left, or fetch them."""
    found = site.get(f"/runs/{run_id}/artifacts")["items"]
    if folder:
        for one in found:
            save(site, one, folder / _safe(one["node_id"]) / _safe(one["name"]))
    if wants_json:
        return shown.as_json(found)
    listed = shown.table("id", "node", "name", "type", "size", numbers=("id", "size"))
    for one in found:
        listed.add_row(
            str(one["id"]), *(shown.text(one[name]) for name in ("node_id", "name", "media_type")),
            shown.size(one["bytes"]),
        )  # fmt: skip
    shown.out.print(listed if found else "The run has left no files yet.")


@click.command()
@click.argument("run_id", type=int, metavar="RUN")
@click.option("--form", type=click.Choice([*FORMS]), default="md", show_default=True)
@click.option("--to", "place", type=click.Path(path_type=Path, dir_okay=False), help="Into that file.")
@click.option("--json", "wants_json", is_flag=True, help="The same as --form json.")
@asks
def report(site: Site, run_id: int, form: str, place: Path | None, wants_json: bool) -> None:
    """Print the report of a run, or fetch it into a file."""
    form = "json" if wants_json else form
    artifact = report_of(site, run_id, form)
    if place:
        return save(site, artifact, place)
    words = text_of(site, artifact)
    if form == "md" and shown.out.is_terminal:
        shown.out.print(Markdown(shown.plain(words)))
    else:
        click.echo(shown.plain(words) if shown.out.is_terminal else words, nl=False)


def _safe(name: str) -> str:
    """A name that leads nowhere else, whatever a node called its file."""
    kept = shown.plain(name).replace("/", "_").replace(os.sep, "_")
    return f"_{kept}" if kept.strip(".") == "" else kept


COMMANDS = (artifacts, report)
