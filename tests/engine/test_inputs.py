"""What an input's problems are called: each by its field, all of them at once."""

from __future__ import annotations

import urllib.request
from typing import Any

import pytest

from dashboard.engine import inputs

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["title", "authors"],
    "additionalProperties": False,
    "properties": {
        "title": {"type": "string"},
        "pages": {"type": "integer", "minimum": 1, "maximum": 99},
        "venue": {"enum": ["MICCAI", "MIDL"]},
        "score": {"anyOf": [{"type": "null"}, {"type": "number"}]},
        "authors": {"type": "array", "items": {"type": "object", "required": ["family"]}},
    },
}
GOOD: dict[str, Any] = {"title": "Vessels", "authors": [{"family": "Curie"}]}


def test_an_input_that_fits_has_no_problems() -> None:
    assert inputs.problems(SCHEMA, {**GOOD, "pages": 8, "venue": "MIDL", "score": None}) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": 3}, "title: 3 is not of the type string."),
        ({"pages": 0}, "pages: 0 is less than 1."),
        ({"pages": 100}, "pages: 100 is more than 99."),
        ({"venue": "Nature"}, 'venue: "Nature" is none of "MICCAI", "MIDL".'),
        ({"authors": [{"family": "C"}, {}]}, "authors[1].family: is missing."),
        ({"authors": [{"family": "C"}, 7]}, "authors[1]: 7 is not of the type object."),
        ({"colour": "red"}, "colour: there is no such field."),
        (
            {"score": "high"},
            'score: "high" has none of the forms it may have: "high" is not of the type null; '
            '"high" is not of the type number.',
        ),
    ],
)
def test_a_problem_names_its_field_and_says_what_is_wrong(changed: dict[str, Any], sentence: str) -> None:
    assert inputs.problems(SCHEMA, {**GOOD, **changed}) == [sentence]


def test_all_problems_are_named_at_once() -> None:
    found = inputs.problems(SCHEMA, {"title": None, "pages": "x", "one": 1, "two": 2})
    assert [sentence.partition(":")[0] for sentence in found] == ["authors", "one", "pages", "title", "two"]


def test_what_is_no_object_at_all_is_called_the_input() -> None:
    assert inputs.problems(SCHEMA, []) == ["the input: [] is not of the type object."]


def test_a_huge_value_is_shown_short() -> None:
    [sentence] = inputs.problems({"properties": {"title": {"type": "integer"}}}, {"title": "long " * 1000})
    assert len(sentence) < 120


def test_a_field_that_fits_a_pattern_is_known() -> None:
    schema = {"additionalProperties": False, "patternProperties": {"^x-": {}}}
    assert inputs.problems(schema, {"x-note": 1, "note": 2}) == ["note: there is no such field."]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("ref", ["#/nowhere", "http://127.0.0.1:1/schema"])
def test_a_schema_that_refers_elsewhere_is_told_and_nothing_is_fetched(
    ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[object] = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda address, **_: fetched.append(address))
    [told] = inputs.problems({"$ref": ref}, {})
    assert "which is no part of it" in told
    assert fetched == []
