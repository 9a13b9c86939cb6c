"""`flask add-paper`: take a PDF into a team's papers."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import or_, select

from dashboard.cli.command import command
from dashboard.engine import papers
from dashboard.engine.errors import InvalidInputError, NotFoundError
from dashboard.extensions import db
from dashboard.models import Team


@command("add-paper")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--team", help="The team's name; needed where there are several.")
@click.option("--title", default="", help="The paper's title, where the file's name is none.")
def add_paper(file: Path, team: str | None, title: str) -> None:
    """Add the PDF in FILE and print its number."""
    paper, is_new = papers.add(find_team(team).id, file.name, file, title)
    click.echo(f"Paper {paper.id}: {paper.title}" + ("" if is_new else " (was here already)"))


def find_team(name: str | None) -> Team:
    """The team of that name or slug, or the only one there is."""
    wanted = select(Team) if name is None else select(Team).where(or_(Team.name == name, Team.slug == name))
    found = db.session.scalars(wanted.order_by(Team.id).limit(2)).all()
    if not found:
        raise NotFoundError("There is no such team. `flask create-user EMAIL --team NAME` makes one.")
    if len(found) > 1:
        raise InvalidInputError("There are several teams: say which with --team.")
    return found[0]
