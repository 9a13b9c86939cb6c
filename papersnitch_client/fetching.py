"""Fetch what runs left."""

from __future__ import annotations

import hashlib
from pathlib import Path

from papersnitch_client.errors import ClientError
from papersnitch_client.site import Record, Site

FORMS = {"md": "report.md", "html": "report.html", "json": "report.json", "csv": "row.csv"}


def report_of(site: Site, run_id: int, form: str) -> Record:
    """The report in that form, as the artifact it is; ClientError while there is none."""
    found: list[Record] = site.get(f"/runs/{run_id}/artifacts")["items"]
    for one in found:
        if one["name"] == FORMS[form]:
            return one
    raise ClientError(f"Run {run_id} has written no report yet. `papersnitch run {run_id}` shows how far it is.")


def save(site: Site, artifact: Record, place: Path) -> None:
    """Fetch its bytes; the file is there once all of them are, and are those that the node left."""
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(place.name + ".part")
    digest = hashlib.sha256()
    with unfinished.open("wb") as file:
        for part in site.content(f"/artifacts/{artifact['id']}/file"):
            digest.update(part)
            file.write(part)
    if digest.hexdigest() != artifact["sha256"]:
        unfinished.unlink()
        raise ClientError(f"{artifact['name']} came damaged. Fetch it again.")
    unfinished.replace(place)


def text_of(site: Site, artifact: Record) -> str:
    """What stands in it."""
    return b"".join(site.content(f"/artifacts/{artifact['id']}/file")).decode(errors="replace")
