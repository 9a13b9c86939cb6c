"""Rows of the other system: from a table, which is only read, or from a CSV, JSON or ndjson file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, Table, create_engine, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchTableError, SQLAlchemyError

from dashboard.engine.errors import InvalidInputError, NotFoundError

AT_A_TIME = 100
LONGEST_CELL = 64 * 1024 * 1024

Row = dict[str, Any]


def rows(source: str, table: str | None, key: str) -> Iterator[Row]:
    """Every row of the file or table, a table's in the order of its key. EngineError where it cannot be read."""
    if "://" in source:
        return _of_table(*_address(source, table), key)
    path = Path(source)
    if not path.is_file():
        raise NotFoundError(f"There is no file {source}. A table is named by a URL and --table.")
    reader = {".csv": _of_csv, ".json": _of_json, ".ndjson": _of_lines, ".jsonl": _of_lines}.get(path.suffix.lower())
    if reader is None:
        raise InvalidInputError(f"{path.name} is none of .csv, .json, .ndjson and .jsonl.")
    return reader(path)


def _address(source: str, table: str | None) -> tuple[URL, str]:
    """The database and its table, which stands in the address (`?table=`) or beside it."""
    try:
        url = make_url(source)
    except ArgumentError:
        raise InvalidInputError("The source is no URL such as mysql+pymysql://reader@host/db?table=NAME.") from None
    named = table or url.query.get("table")
    if not isinstance(named, str):
        raise InvalidInputError("Say which table to read: --table NAME, or ?table=NAME at the URL's end.")
    return url.difference_update_query(["table"]), named


def _of_table(url: URL, name: str, key: str) -> Iterator[Row]:
    """Page after page behind the last key: each is a transaction of its own, so a long import holds nothing there."""
    try:
        engine = create_engine(url)
        table = Table(name, MetaData(), autoload_with=engine)
        if key not in table.c:
            raise InvalidInputError(f"The table {name} has no column {key!r}.")
        column, last = table.c[key], None
        while True:
            page = select(table).order_by(column).limit(AT_A_TIME)
            with engine.connect() as connection:
                found = connection.execute(page if last is None else page.where(column > last)).mappings().all()
            yield from map(dict, found)
            if len(found) < AT_A_TIME:
                return engine.dispose()
            last = found[-1][key]
    except NoSuchTableError:
        raise NotFoundError(f"There is no table {name} in {url.render_as_string()}.") from None
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        reason = getattr(error, "orig", None) or error
        raise InvalidInputError(f"{url.render_as_string()} cannot be read: {reason}") from None


def _of_csv(path: Path) -> Iterator[Row]:
    usual = csv.field_size_limit(LONGEST_CELL)  # of the whole process
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
    finally:
        csv.field_size_limit(usual)


def _of_lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _record(_json(line, f"Line {number} of {path.name}"), f"Line {number} of {path.name}")


def _of_json(path: Path) -> Iterator[Row]:
    found = _json(path.read_text("utf-8-sig"), path.name)
    if not isinstance(found, list):
        raise InvalidInputError(f"{path.name} is not a list of records.")
    for number, one in enumerate(found, 1):
        yield _record(one, f"Record {number} of {path.name}")


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInputError(f"{where} is not JSON: {error}.") from None


def _record(found: Any, where: str) -> Row:
    """A record, or one of Django's `dumpdata`: its key and its fields."""
    if not isinstance(found, dict):
        raise InvalidInputError(f"{where} is not a record.")
    if set(found) == {"model", "pk", "fields"}:
        return {"id": found["pk"], **found["fields"]}
    return found
