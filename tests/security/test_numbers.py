"""Numbers no database can hold, in every address and every form: nothing is found, and nothing breaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from dashboard.engine import outcomes, tokens
from tests import factories
from tests.views.conftest import Lab, artifact_ids, claim, keep, start

VIEWS = Path(__file__).resolve().parents[2] / "dashboard" / "views"
TOO_LARGE = ("9" * 20, str(2**63), str(2**64 + 1), "9" * 5000)
FIELD = re.compile(r"""(?:get|getlist|_number)\(\s*"(\w+)"[^()]*\)""")


def ways(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Every method of every route but signing out."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            if rule.endpoint not in ("sign_in.logout", "static", "bundles.show"):
                yield method, rule


def takes_a_number(rule: Rule) -> bool:
    return any(isinstance(one, IntegerConverter) for one in rule._converters.values())


@pytest.fixture
def program(app: Flask, lab: Lab) -> dict[str, str]:
    """The headers of a program that an admin let in."""
    with app.app_context():
        token = tokens.make(factories.id_of(lab.emails["admin"]), lab.team_id, "a script", "admin", 7)
    return {"Authorization": f"Bearer {token}"}


def named_fields() -> set[str]:
    """The fields and parameters that views read by name."""
    found = {name for path in VIEWS.glob("*.py") for name in FIELD.findall(path.read_text())}
    assert {"run", "paper", "before", "version", "page"} <= found
    return found


@pytest.mark.parametrize("number", TOO_LARGE, ids=len)
def test_an_address_with_such_an_id_leads_nowhere(
    app: Flask, operator: FlaskClient, program: dict[str, str], number: str
) -> None:
    asked = 0
    for method, rule in ways(app):
        if takes_a_number(rule):
            address = re.sub(r"<int[^>]*>", number, rule.rule)
            answer = operator.open(re.sub(r"<[^>]*>", "x", address), method=method, headers=program)
            assert answer.status_code == 404 or (len(number) > 20 and answer.status_code == 405), (method, rule.rule)
            asked += 1
    assert asked > 50


@pytest.mark.parametrize("number", [TOO_LARGE[0], f"-{TOO_LARGE[0]}", TOO_LARGE[-1]], ids=len)
def test_a_form_or_a_query_with_such_numbers_breaks_nothing(
    app: Flask, operator: FlaskClient, lab: Lab, program: dict[str, str], finished: int, number: str
) -> None:
    fields = dict.fromkeys(named_fields(), number)
    given = {
        "run_id": finished, "paper_id": lab.paper_id, "node_id": "second", "name": lab.workflow,
        "artifact_id": artifact_ids(app, finished)["log.txt"],
    }  # fmt: skip
    adapter = app.url_map.bind("localhost")
    for method, rule in ways(app):
        address = adapter.build(rule.endpoint, {name: given.get(name, 1) for name in rule.arguments}, method)
        query, form = (fields, None) if method == "GET" else (None, fields)
        answer = operator.open(address, method=method, query_string=query, data=form, headers=program)
        assert answer.status_code < 500 or rule.endpoint == "health.readyz", (method, rule.rule)  # bare tables


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/runs/compare?a={0}&b={0}", None),
        ("/runs/new?paper={0}", None),
        ("/runs/retry", {"run": "{0}"}),
        ("/runs/dealt-with", {"run": "{0}"}),
        ("/papers/start", {"paper": "{0}"}),
    ],
)
def test_it_is_an_id_that_nobody_has(member: FlaskClient, address: str, form: dict[str, str] | None) -> None:
    """So it is answered as any other such id is."""
    answers = []
    for number in ("987654321", TOO_LARGE[0]):
        filled = {name: value.format(number) for name, value in (form or {}).items()}
        asked = address.format(number)
        answers.append(member.post(asked, data=filled) if form else member.get(asked))
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].status_code in (303, 404, 422)


def test_a_place_in_a_file_with_such_a_number_is_not_there(app: Flask, member: FlaskClient, lab: Lab) -> None:
    with app.app_context():
        run_id = start(lab)
        outcomes.succeed(claim(), {}, [keep("list.json", "application/json", json.dumps([1, 2]).encode())])
    address = f"/artifacts/{artifact_ids(app, run_id)['list.json']}"
    assert member.get(f"{address}?at=/1").status_code == 200
    for number in TOO_LARGE:
        assert member.get(f"{address}?at=/{number}").status_code == 404
