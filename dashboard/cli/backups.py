"""`flask backup` and `flask verify-artifacts`: keep a copy, and know that what rows name is there."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from dashboard import backup as copies
from dashboard.cli.command import command
from dashboard.engine import artifacts
from dashboard.engine.errors import NotFoundError
from dashboard.reads import stored_files
from dashboard.reads.stored_files import Named


@command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Copy the embedded database, the files and the key into FOLDER, while everything runs.

    The same FOLDER again: the database anew, and the files that it does not have.
    """
    settings = current_app.extensions["settings"]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if copies.copy_database(settings, folder):
        click.echo(f"The database is in {folder / copies.DATABASE}.")
    else:
        click.echo("The database is on a server: dump it before the files are copied, as docs/backup.md says.")
    if settings.artifacts_url:
        click.echo(f"The files are in {settings.artifacts_url}: copy the bucket now, after the database.")
    else:
        new = sum(1 for _path in copies.copy_files(settings, folder))
        click.echo(f"{new} new files are in {folder / copies.FILES}.")
    copies.copy_key(settings, folder)


@command("verify-artifacts")
def verify_artifacts() -> None:
    """Look whether every file that a paper or a run names is there, whole; exit status 1 when one is not."""
    looked_at = broken = 0
    for named in stored_files.named():
        looked_at += 1
        if (trouble := _trouble(named)) and (owner := stored_files.owner(named.sha256)):
            broken += 1
            click.echo(f"{named.sha256}: {trouble} ({owner})")
    click.echo(f"{looked_at} files, {broken} missing or broken")
    if broken:
        raise click.exceptions.Exit(1)


def _trouble(named: Named) -> str:
    """What is wrong with a file; empty where nothing is. A bucket is asked, and its copy here is read."""
    size = artifacts.size_of(named.sha256)
    if size != named.bytes:
        return "it is not there" if size is None else f"it has {size:,} bytes instead of {named.bytes:,}"
    try:
        return "" if artifacts.digest(artifacts.path_of(named.sha256)) == named.sha256 else "its content has changed"
    except NotFoundError:  # removed in this moment
        return "it is not there"
