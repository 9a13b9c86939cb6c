"""Forms from input schemas, JSON trees, passwords."""

from __future__ import annotations

import pytest

from dashboard import passwords
from dashboard.engine.errors import InvalidInputError
from dashboard.views import forms, trees

SCHEMA = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "default": "ada", "maxLength": 20},
        "pages": {"type": "integer", "default": 4, "minimum": 1, "maximum": 99},
        "deep": {"type": "boolean", "default": True},
        "model": {"enum": ["rules", "small"]},
        "rubrics": {"type": "array", "items": {"enum": ["ml_code", "neurips"]}, "default": ["ml_code"]},
        "words": {"type": ["array", "null"], "items": {"type": "string"}},
        "rest": {"type": "object"},
    },
}


def test_a_form_shows_the_defaults() -> None:
    shown = {field.name: (field.kind, field.value) for field in forms.fields(SCHEMA, None)}
    assert shown == {
        "name": ("text", "ada"),
        "pages": ("number", "4"),
        "deep": ("flag", "on"),
        "model": ("choice", ""),
        "rubrics": ("choices", "ml_code"),
        "words": ("lines", ""),
        "rest": ("json", ""),
    }


def test_a_field_says_what_its_rules_say() -> None:
    shown = {field.name: field.attributes for field in forms.fields(SCHEMA, None)}
    assert shown["pages"] == {"type": "number", "min": "1", "max": "99", "step": "1"}
    assert shown["name"] == {"type": "text", "maxlength": "20"}


def test_what_was_sent_becomes_the_input() -> None:
    sent = {"input.name": "eva", "input.pages": "7", "input.model": "small", "input.rubrics": "ml_code\nneurips",
            "input.words": "one\n\n two ", "input.rest": '{"a": 1}'}  # fmt: skip
    assert forms.read(SCHEMA, sent).given == {
        "name": "eva", "pages": 7, "deep": False, "model": "small", "rubrics": ["ml_code", "neurips"],
        "words": ["one", "two"], "rest": {"a": 1},
    }  # fmt: skip


def test_what_was_given_before_is_shown_and_sent_again_unchanged() -> None:
    given = {"name": "eva", "pages": 7, "deep": True, "rubrics": ["neurips"], "words": ["one", "two"], "rest": {"a": 1}}
    assert forms.read(SCHEMA, forms.as_sent(SCHEMA, given)).given == given


def test_a_text_that_may_also_be_a_list_is_sent_again_unchanged() -> None:
    schema = {"properties": {"rubrics": {"anyOf": [{"type": "string"}, {"type": "array"}]}}}
    for given in ("neurips, ours", ["neurips", "ours"]):
        assert forms.read(schema, forms.as_sent(schema, {"rubrics": given})).given == {"rubrics": given}


def test_an_empty_field_is_left_out() -> None:
    assert forms.read(SCHEMA, {"input.deep": "on"}).given == {"deep": True}


def test_a_field_without_a_tick_is_off_where_its_default_is_on() -> None:
    shown = {field.name: field.value for field in forms.fields(SCHEMA, {"input.name": "eva"})}
    assert shown["deep"] == ""


@pytest.mark.parametrize(
    ("name", "raw", "sentence"),
    [
        ("pages", "seven", "'seven' is not a number."),
        ("rest", "[", "'[' is not JSON."),
        ("pages", "100", "100 is more than 99."),
        ("model", "huge", '"huge" is none of "rules", "small".'),
        ("name", "", "Is missing."),
    ],
)
def test_each_wrong_field_has_its_sentence(name: str, raw: str, sentence: str) -> None:
    wrong = forms.read(SCHEMA, {"input.name": "eva", f"input.{name}": raw}).wrong
    assert wrong == {name: [sentence]}
    assert next(field for field in forms.fields(SCHEMA, {}, wrong) if field.name == name).wrong == [sentence]


def test_a_huge_value_makes_a_bounded_tree() -> None:
    tree = trees.tree({str(number): list(range(1000)) for number in range(1000)})
    assert tree.size == 1000
    assert count(tree) <= trees.MOST_BRANCHES + 1


def count(branch: trees.Branch) -> int:
    return 1 + sum(count(child) for child in branch.children)


def test_passwords_are_argon2id_of_at_least_the_agreed_cost() -> None:
    hashed = passwords.hash_of("a quiet passphrase")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(hashed, "a quiet passphrase")
    assert not passwords.matches(hashed, "another passphrase")
    assert not passwords.matches(None, "nobody has this password")


@pytest.mark.parametrize("weak", ["short", "password123", "aaaaaaaaaaaaaaaa", "x" * 300])
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(InvalidInputError):
        passwords.hash_of(weak)


def test_long_passwords_are_fine() -> None:
    assert passwords.hash_of("a sentence of many words " * 8)
