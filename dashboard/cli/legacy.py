"""`flask import-legacy`: the finished runs of another system, as runs of this one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from dashboard.cli.command import command
from dashboard.cli.papers import find_team
from dashboard.legacy import mapping as mappings
from dashboard.legacy import source as sources
from dashboard.legacy.importing import Fate, Import

EXAMPLE = Path(__file__).resolve().parents[2] / "samples" / "legacy" / "mapping.yaml"


@command("import-legacy")
@click.argument("source")
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=EXAMPLE,
              help="Which column holds what; samples/legacy/mapping.yaml unless given.")  # fmt: skip
@click.option("--table", help="The table or view to read, where SOURCE is the URL of a database.")
@click.option("--files", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="The folder in which the PDFs and files lie that rows name; else SOURCE's own.")  # fmt: skip
@click.option("--team", help="The team's name; needed where there are several.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would become of each row.")
def import_legacy(
    source: str, mapping: Path, table: str | None, files: Path | None, team: str | None, dry_run: bool
) -> None:
    """Import the finished runs in SOURCE: a database's URL, or a .csv, .json or .ndjson file.

    Rows that are here already are left alone, so it may be stopped, and repeated at any time.
    """
    columns = mappings.load(mapping)
    folder = files or (Path() if "://" in source else Path(source).parent)
    work = Import(columns, find_team(team).id, folder, dry_run)
    counts: Counter[Fate] = Counter()
    for told in work.run(sources.rows(source, table, columns.key)):
        counts[told.fate] += 1
        if told.fate is not Fate.KNOWN:
            would = "would be " if dry_run and told.fate is Fate.IMPORTED else ""
            click.echo(f"{told.key}: {would}{told.fate}" + (f": {told.sentence}" if told.sentence else ""))
    click.echo(", ".join(f"{counts[fate]} {fate}" for fate in Fate) + (" (nothing was written)" if dry_run else ""))
