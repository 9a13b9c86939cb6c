"""Rows into MariaDB by the ten thousand: written to a file, which the server reads in one statement."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import pymysql
from sqlalchemy.engine import make_url

LINES_AT_ONCE = 200_000
AHEAD = 2  # files written and not read in yet: one is being read while the next is written
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\0": r"\0"})
SESSION = "SET time_zone='+00:00', foreign_key_checks=0, unique_checks=0"
LOAD = "LOAD DATA LOCAL INFILE %s INTO TABLE `{}` CHARACTER SET utf8mb4 ({})"

RENDER: Mapping[type, Any] = {
    str: lambda value: value.translate(ESCAPES),
    bool: lambda value: str(int(value)),
    type(None): lambda _value: r"\N",
    datetime: lambda value: value.isoformat(" "),
    dict: lambda value: json.dumps(value, ensure_ascii=False).translate(ESCAPES),
}


class LoadError(Exception):
    """The server did not take every row, or takes no files."""


def text(value: Any) -> str:
    """A value as LOAD DATA reads it: datetimes are naive UTC, dicts become JSON."""
    return str(RENDER.get(type(value), str)(value))


class Loader:
    """A connection of its own that reads files in behind the caller's back, in order. Foreign keys are not checked."""

    def __init__(self, database_url: str) -> None:
        place = make_url(database_url)
        self._connection = pymysql.connect(
            host=place.host, port=place.port or 3306, user=place.username, password=place.password or "",
            database=place.database, charset="utf8mb4", autocommit=True, local_infile=True, init_command=SESSION,
        )  # fmt: skip
        self._reader = ThreadPoolExecutor(1)
        self._pending: list[Future[None]] = []
        self._folder = tempfile.TemporaryDirectory(prefix="papersnitch-rows-")
        self._files = 0
        self.rows = 0

    def __enter__(self) -> Loader:
        return self

    def __exit__(self, kind: type[BaseException] | None, _value: object, _where: TracebackType | None) -> None:
        try:
            while kind is None and self._pending:
                self._pending.pop(0).result()
        finally:
            self._reader.shutdown(cancel_futures=True)
            self._connection.close()
            self._folder.cleanup()

    def load(self, table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
        """Hand over rows, a line each; LoadError as soon as an earlier file was not taken whole."""
        self._files += 1
        path = Path(self._folder.name) / f"{self._files}-{table}.tsv"
        path.write_text("".join(lines), "utf-8", newline="")
        self._pending.append(self._reader.submit(self._read, table, columns, path, len(lines)))
        self.rows += len(lines)
        while len(self._pending) > AHEAD:
            self._pending.pop(0).result()

    def _read(self, table: str, columns: Sequence[str], path: Path, expected: int) -> None:
        names = ", ".join(f"`{column}`" for column in columns)
        with self._connection.cursor() as cursor:
            taken = cursor.execute(LOAD.format(table, names), (str(path),))
        path.unlink()
        if taken != expected:
            raise LoadError(f"{table} took {taken} of {expected} rows.")


class Sheet:
    """Rows of one table on their way in. The first row tells the columns; all have the same ones."""

    def __init__(self, loader: Loader, table: str, columns: Sequence[str] = ()) -> None:
        self._loader, self._table = loader, table
        self._columns = list(columns)
        self._lines: list[str] = []

    def add(self, row: Mapping[str, Any]) -> None:
        self._columns = self._columns or list(row)
        self.add_line("\t".join([text(row[column]) for column in self._columns]))

    def add_line(self, line: str) -> None:
        """A row that is written out already."""
        self._lines.append(f"{line}\n")
        if len(self._lines) >= LINES_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            self._loader.load(self._table, self._columns, self._lines)
            self._lines = []
