"""`flask create-workflow`: save a definition from a file."""

from __future__ import annotations

import importlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click
import yaml

from dashboard.cli.command import command
from dashboard.engine import definitions
from dashboard.engine.errors import InvalidInputError

DEFAULT = Path(__file__).resolve().parents[2] / "jobs" / "pipelines" / "pdf_analysis.yaml"


@command("create-workflow")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=DEFAULT)
@click.option("--name", help="Another name than the file's own.")
def create_workflow(file: Path, name: str | None) -> None:
    """Save the workflow of FILE (YAML or JSON; without one, the default workflow).

    A file that says what is saved already changes nothing; another one becomes the next version.
    """
    record = read(file)
    saved = definitions.save(
        name or record.get("name") or file.stem,
        {"nodes": record.get("nodes"), "edges": record.get("edges", [])},
        description=record.get("description", ""),
        input_schema=record.get("input_schema"),
        known_handlers=known_handlers(),
    )
    which = "" if saved.is_active else " It is there already and stays as it is: not active."
    click.echo(f"{saved.name}, version {saved.version}: {len(saved.dag['nodes'])} nodes.{which}")


def read(file: Path) -> dict[str, Any]:
    """The record in a YAML or JSON file."""
    text = file.read_text("utf-8")
    try:
        record = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        raise InvalidInputError(f"{file.name} cannot be read: {error}") from error
    if not isinstance(record, dict):
        raise InvalidInputError(f"{file.name} holds no workflow: it must have `nodes` and `edges`.")
    return record


def known_handlers() -> Collection[str] | None:
    """The handlers this machine has; None on a web host, where `jobs` need not be installed."""
    try:
        registry = importlib.import_module("jobs.registry")
    except ModuleNotFoundError:
        return None
    return set(registry.load_all())
