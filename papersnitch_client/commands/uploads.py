"""`papersnitch upload`: PDFs, zips of them, and folders of both; cut short, it goes on where it stopped."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from papersnitch_client import journal, settings, shown
from papersnitch_client.errors import ClientError, Exit, RefusedError
from papersnitch_client.journal import Journal, hash_of
from papersnitch_client.options import asks, json_option
from papersnitch_client.site import Record, Site, new_key

KINDS = {".pdf": "application/pdf", ".zip": "application/zip"}
FATES = {"ADDED": "added", "KNOWN": "there before", "LEFT_OUT": "left out", "REFUSED": "refused"}


@dataclass(frozen=True)
class Parcel:
    """Files on their way to a site, and what is to be done with them there."""

    site: Site
    form: Record
    journal: Journal

    def send(self, file: Path, progress: Progress) -> list[Record]:
        """What became of the file, and of each one in it where it is a zip."""
        digest = hash_of(file)
        if (before := self.journal.before(digest)) is not None:
            return before
        with progress.open(file, "rb", description=shown.plain(file.name)) as content:
            sent = [("files", (file.name, content, KINDS[file.suffix.lower()]))]
            told: Record = self.site.send("/papers", self.form, sent, new_key())
        taken: list[Record] = told["files"]
        if not any(map(self.is_trouble, taken)):  # what went wrong may go well the next time
            self.journal.note(digest, taken)
        return taken

    def is_trouble(self, taken: Record) -> bool:
        """Whether a file did not become what was asked for."""
        no_run = self.form["start"] is not None and taken["run_id"] is None
        return taken["fate"] == "REFUSED" or (no_run and taken["fate"] != "LEFT_OUT")


@click.command()
@click.argument("places", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FOLDER...")
@click.option("--start", metavar="WORKFLOW", help="Start it on each paper, unless it ran there before.")
@click.option("--cohort", type=int, help="Put them into the cohort with that id.")
@click.option("--afresh", is_flag=True, help="Send also what an earlier upload on these terms has sent.")
@json_option
@asks
def upload(
    site: Site, places: tuple[Path, ...], start: str | None, cohort: int | None, afresh: bool, wants_json: bool
) -> None:
    """Upload PDFs and zips, by folder or by name.

    Cut short, the same command goes on where it stopped. A paper that the team has already is not stored twice. Exit
    code 1 when a file was refused or its run could not start; the others are taken in all the same.
    """
    files = [*dict.fromkeys(_found(places))]
    if not files:
        raise click.UsageError("There is no PDF and no zip in there.")
    entry, folder = settings.entry(), settings.path().parent / "uploads"
    terms = (entry.url, entry.token, start or "", str(cohort or ""))
    kept = journal.opened(folder, terms, afresh)
    parcel = Parcel(site, {"start": start, "cohort": cohort}, kept)
    taken: list[Record] = []
    for one in _sent(parcel, files):
        taken.append(one)
        if parcel.is_trouble(one):
            shown.aside.print(f"{shown.plain(one['name'])}: {shown.plain(one['message'])}", markup=False)
    _tell(taken, kept.spared, wants_json)
    if any(map(parcel.is_trouble, taken)):
        sys.exit(Exit.REFUSED)


def _sent(parcel: Parcel, files: list[Path]) -> Iterator[Record]:
    """What became of each file once it has arrived, beside a bar for all and one for the file under way."""
    with _bars() as progress:
        whole = progress.add_task(f"{len(files)} files", total=sum(file.stat().st_size for file in files))
        for file in files:
            yield from _one(parcel, file, progress)
            progress.advance(whole, file.stat().st_size)
            for task in progress.task_ids[1:]:
                progress.remove_task(task)


def _one(parcel: Parcel, file: Path, progress: Progress) -> list[Record]:
    """A file that the site will not have stops no other; one that it could not be asked about does."""
    try:
        return parcel.send(file, progress)
    except RefusedError as error:
        if error.status not in (409, 413, 422):
            raise
        return [{"name": file.name, "fate": "REFUSED", "paper_id": None, "run_id": None, "message": str(error)}]
    except OSError as error:
        raise ClientError(f"{file} cannot be read: {error.strerror}.") from None


def _bars() -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=shown.aside, disable=not shown.aside.is_terminal)


def _found(places: tuple[Path, ...]) -> Iterator[Path]:
    """Files as they were named, folders with all below them, in order."""
    for place in places:
        if not place.is_dir():
            if place.suffix.lower() not in KINDS:
                raise click.BadParameter(f"{place} is no PDF and no zip.")
            yield place
        else:
            yield from sorted(one for one in place.rglob("*") if one.suffix.lower() in KINDS and one.is_file())


def _tell(taken: list[Record], spared: int, wants_json: bool) -> None:
    if wants_json:
        return shown.as_json(taken)
    counts = Counter(one["fate"] for one in taken)
    shown.out.print(", ".join(f"{counts[fate]} {words}" for fate, words in FATES.items() if counts[fate]) + ".")
    if spared:
        shown.out.print(f"{spared} of the files had arrived before. --afresh sends them again.")


COMMANDS = (upload,)
