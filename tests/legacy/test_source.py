"""Rows come from a table, page after page, or from a file in one of three forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from dashboard.engine.errors import EngineError
from dashboard.legacy import source


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The URL of another system's database: 250 tasks, saved in no order."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE task (id INTEGER, status TEXT)"))
        some = [{"id": number, "status": "done"} for number in reversed(range(1, 251))]
        connection.execute(text("INSERT INTO task VALUES (:id, :status)"), some)
    engine.dispose()
    return url


def test_it_reads_every_row_of_a_table_once_in_the_order_of_its_key(database: str) -> None:
    assert [row["id"] for row in source.rows(database, "task", "id")] == list(range(1, 251))


def test_the_table_may_stand_in_the_address(database: str) -> None:
    assert next(source.rows(f"{database}?table=task", None, "id")) == {"id": 1, "status": "done"}


def test_csv_json_and_lines_of_json_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\ufeffid,status\n1,done\n")
    (tmp_path / "a.json").write_text('[{"id": "1", "status": "done"}]')
    (tmp_path / "a.ndjson").write_text('{"id": "1", "status": "done"}\n\n')
    found = [list(source.rows(str(path), None, "id")) for path in tmp_path.iterdir()]
    assert found == [[{"id": "1", "status": "done"}]] * 3


def test_it_reads_what_django_dumps(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"model": "app.task", "pk": 7, "fields": {"status": "done"}}]))
    assert list(source.rows(str(tmp_path / "a.json"), None, "id")) == [{"id": 7, "status": "done"}]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xlsx", "", "is none of .csv, .json, .ndjson and .jsonl"),
        ("a.json", "{}", "is not a list of records"),
        ("a.json", "[1]", "Record 1 of a.json is not a record"),
        ("a.json", "[", "a.json is not JSON"),
        ("a.ndjson", '{"id": 1}\n{', "Line 2 of a.ndjson is not JSON"),
    ],
)
def test_a_file_that_is_none_of_these_says_so(tmp_path: Path, name: str, content: str, reason: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(EngineError, match=reason):
        list(source.rows(str(tmp_path / name), None, "id"))


@pytest.mark.parametrize(
    ("table", "key", "reason"),
    [(None, "id", "--table NAME"), ("tusk", "id", "no table tusk"), ("task", "uuid", "no column 'uuid'")],
)
def test_a_table_that_cannot_be_read_says_why(database: str, table: str | None, key: str, reason: str) -> None:
    with pytest.raises(EngineError, match=reason):
        list(source.rows(database, table, key))


def test_a_database_that_does_not_answer_keeps_its_password_to_itself() -> None:
    with pytest.raises(EngineError, match="cannot be read") as caught:
        list(source.rows("mysql+pymysql://me:hush@127.0.0.1:1/old", "task", "id"))
    assert "hush" not in str(caught.value)


def test_a_file_that_is_not_there_says_so() -> None:
    with pytest.raises(EngineError, match=r"no file nowhere\.csv"):
        source.rows("nowhere.csv", None, "id")
