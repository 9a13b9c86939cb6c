"""Rubrics as a team has them: those that come with PaperSnitch, and copies its people have edited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, insert, select
from sqlalchemy.exc import IntegrityError

from dashboard.engine import acts, audit
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import ConflictError, InvalidInputError, NotFoundError
from dashboard.engine.transactions import reading
from dashboard.judging.criterion import FOLDER
from dashboard.judging.rubric import NAMES, Rubric, RubricError, load, named, read
from dashboard.judging.rubric_file import NAME
from dashboard.models import TeamRubric

TABLE = cast(Table, TeamRubric.__table__)
SAVED = "rubric.save"
OTHER_QUESTION = "it asked something else before. Rulings hold for every version, so another question needs another id."
TAKEN = frozenset({*NAMES, "agreement"})  # The last is a page of its own.
MOST_VERSIONS = 200
GIVEN = re.compile(r"^(?:id|version):.*\n", re.MULTILINE)


def resolve(team_id: int, text: str) -> Rubric:
    """`neurips`, `neurips@2025.1`, or the team's own `ours@3`; NotFoundError when the team has no such rubric."""
    with reading() as connection:
        return find(connection, team_id, text)


def find(connection: Connection, team_id: int, text: str) -> Rubric:
    """The same, on a connection there is."""
    name, version = named(text)
    if name in NAMES:
        try:
            return load(name, version)
        except RubricError as error:
            raise NotFoundError(str(error)) from error
    own = own_rubric(connection, team_id, name, version)
    if own is None:
        raise NotFoundError(f"Your team has no rubric {text[:80]!r}.")
    return own


def own_rubric(connection: Connection, team_id: int, name: str, version: str | None = None) -> Rubric | None:
    """The team's own rubric of that name, its newest version unless one is named; None when it has none."""
    conditions: list[ColumnElement[bool]] = [TABLE.c.team_id == team_id, TABLE.c.name == name]
    if version is not None:
        if not version.isdecimal() or len(version) > 9:
            return None
        conditions.append(TABLE.c.version == int(version))
    wanted = select(TABLE.c.version, TABLE.c.body).where(*conditions).order_by(TABLE.c.version.desc()).limit(1)
    row = connection.execute(wanted).first()
    return read(row.body, name, id=name, version=str(row.version)) if row else None


def body(team_id: int, text: str) -> str:
    """That rubric as a file to edit, without the name and version that are given to it when it is saved."""
    rubric = resolve(team_id, text)
    return GIVEN.sub("", _file(team_id, rubric))


def save(team_id: int, name: str, body: str, by: int | None) -> Rubric:
    """Keep what people wrote as the rubric's next version; the newest as it is, when nothing has changed.

    InvalidInputError has a sentence for each fault, naming the criterion.
    """
    name, body = name.strip(), body.replace("\r\n", "\n").strip() + "\n"
    if not NAME.fullmatch(name) or name in TAKEN:
        why = "is taken" if name in TAKEN else "is not small letters, digits and _, at most 40"
        raise InvalidInputError(f"The name {name[:60]!r} {why}: choose another.")
    with reading() as connection:
        earlier = _versions(connection, team_id, name)
    rubric = _checked(name, body, earlier)
    if earlier and earlier[-1].body == body:
        return rubric
    try:
        return acts.perform(lambda connection: _keep(connection, team_id, rubric, body, by))
    except IntegrityError as error:  # somebody saved the same version in this moment
        raise ConflictError(f"Somebody has saved {name} in this moment. Look again.") from error


def _versions(connection: Connection, team_id: int, name: str) -> Sequence[Any]:
    wanted = select(TABLE.c.version, TABLE.c.body).where(TABLE.c.team_id == team_id, TABLE.c.name == name)
    return connection.execute(wanted.order_by(TABLE.c.version)).all()


def _checked(name: str, body: str, earlier: Sequence[Any]) -> Rubric:
    """What was written as a rubric: the newest, where it is the same, else the one after it."""
    if len(earlier) >= MOST_VERSIONS:
        raise InvalidInputError(f"{name} has {MOST_VERSIONS} versions: go on under another name.")
    number = earlier[-1].version + (earlier[-1].body != body) if earlier else 1
    try:
        rubric = read(body, name, id=name, version=str(number))
    except RubricError as error:
        raise InvalidInputError(*error.sentences) from error
    if changed := _asked_otherwise(rubric, [read(row.body, name, id=name, version="0") for row in earlier]):
        raise InvalidInputError(*(f"{name}, {one}: {OTHER_QUESTION}" for one in changed))
    return rubric


def _asked_otherwise(rubric: Rubric, earlier: Sequence[Rubric]) -> list[str]:
    """The criteria that ask something else than a criterion of the same name did before."""
    asked = {one.id: one.question.split() for old in earlier for one in old.criteria}
    return [one.id for one in rubric.criteria if one.question.split() != asked.get(one.id, one.question.split())]


def _keep(connection: Connection, team_id: int, rubric: Rubric, body: str, by: int | None) -> Act[Rubric]:
    values = {"team_id": team_id, "name": rubric.id, "version": int(rubric.version), "body": body}
    added = connection.execute(insert(TABLE).values(**values, created_by=by, created_at=now()))
    key = int(added.inserted_primary_key[0])  # type: ignore[index]  # an INSERT of one row always has one
    detail = {"name": rubric.id, "version": rubric.version}
    return Act(audit.add(connection, SAVED, "rubric", key, team_id, by, detail), SAVED, rubric)


def _file(team_id: int, rubric: Rubric) -> str:
    if rubric.id in NAMES:
        return (FOLDER / f"{rubric.name}.yaml").read_text("utf-8")
    same = TABLE.c.team_id == team_id, TABLE.c.name == rubric.id, TABLE.c.version == int(rubric.version)
    with reading() as connection:
        return str(connection.execute(select(TABLE.c.body).where(*same)).scalar_one())
