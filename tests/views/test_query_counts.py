"""How many questions a page asks the database: a few, whatever stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from dashboard.extensions import db
from tests.views import situations
from tests.views.conftest import Lab, start
from tests.views.situations import Paths
from tests.views.test_live import poll_of

# The person's session and the count in the top bar are among them.
LIMITS = {"home": 6, "runs": 4, "run": 6, "node": 6, "log": 3}
KINDS = {
    "home": r"/(live)?",
    "runs": r"/runs(/live)?(\?.*)?",
    "run": r"/runs/\d+(/live)?",
    "node": r"/runs/\d+/nodes/[^/]+(/live)?(\?.*)?",
    "log": r"/runs/\d+/nodes/[^/]+/log(/tail)?(\?.*)?",
}
LISTS = ("/", "/live", "/runs", "/runs/live", "/runs?status=FAILED", "/runs?q=paper&order=best", "/runs?workflow=x")
JSON_COLUMNS = re.compile(r"workflow_definition\w*\.(dag|input_schema)|SELECT[^()]*workflow_run\.input|\.output")


@contextmanager
def asked(app: Flask) -> Iterator[list[str]]:
    """The statements made meanwhile, but for those that begin and end transactions."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split()[0] not in ("BEGIN", "COMMIT", "ROLLBACK"):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def kind_of(path: str) -> str:
    return next(kind for kind, pattern in KINDS.items() if re.fullmatch(pattern, path))


def polls_of(path: str) -> Paths:
    """The page itself, and for a run, a node and a log the poll that finds it changed."""
    match kind_of(path):
        case "run" | "node":
            bare, _, query = path.partition("?")
            return path, f"{bare}/live{'?' if query else ''}{query}"
        case "log":
            return path, f"{path.partition('?')[0]}/tail"
    return (path,)


@pytest.mark.parametrize("situation", situations.ALL, ids=lambda situation: situation.__name__)
def test_no_page_asks_more_than_its_share(
    app: Flask, member: FlaskClient, lab: Lab, situation: Callable[[Lab], Paths]
) -> None:
    with app.app_context():
        paths = LISTS + situation(lab)
    member.get("/runs")  # the first page after signing in has words to show
    too_many = {}
    for path in (address for page in paths for address in polls_of(page)):
        with asked(app) as statements:
            answer = member.get(path)
        assert answer.status_code in (200, 204), (path, answer.text)
        if len(statements) > LIMITS[kind_of(path)]:
            too_many[path] = statements
    assert too_many == {}


def test_lists_read_no_json(app: Flask, member: FlaskClient, lab: Lab) -> None:
    with app.app_context():
        situations.many(lab)
    for path in LISTS:
        with asked(app) as statements:
            member.get(path)
        assert [one for one in statements if JSON_COLUMNS.search(one)] == [], path


@pytest.mark.usefixtures("one_moment")
@pytest.mark.parametrize("bare", ["/runs/{}", "/runs/{}/nodes/first"])
def test_a_poll_that_finds_nothing_new_asks_once(app: Flask, member: FlaskClient, lab: Lab, bare: str) -> None:
    with app.app_context():
        page = bare.format(start(lab))
    poll = poll_of(member.get(page).text)
    with asked(app) as statements:
        assert member.get(poll).status_code == 204
    assert len(statements) == 1, statements
