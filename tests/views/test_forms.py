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
        "name": {"type": "string", "default": "ada"},
        "pages": {"type": "integer", "default": 4},
        "deep": {"type": "boolean", "default": True},
        "model": {"enum": ["rules", "small"]},
        "rubrics": {"type": "array", "default": ["ml_code"]},
    },
}


def test_a_form_shows_the_defaults() -> None:
    shown = {field.name: (field.kind, field.value) for field in forms.fields(SCHEMA, {})}
    assert shown == {
        "name": ("text", "ada"),
        "pages": ("number", "4"),
        "deep": ("flag", "true"),
        "model": ("choice", ""),
        "rubrics": ("json", '["ml_code"]'),
    }


def test_what_was_sent_becomes_the_input() -> None:
    sent = {"input.name": "eva", "input.pages": "7", "input.model": "small", "input.rubrics": '["miccai"]'}
    assert forms.read(SCHEMA, sent) == {
        "name": "eva", "pages": 7, "deep": False, "model": "small", "rubrics": ["miccai"],
    }  # fmt: skip


def test_an_empty_field_is_left_out() -> None:
    assert forms.read(SCHEMA, {"input.deep": "on"}) == {"deep": True}


@pytest.mark.parametrize(("name", "raw"), [("pages", "seven"), ("rubrics", "[")])
def test_a_field_that_cannot_be_read_is_named(name: str, raw: str) -> None:
    with pytest.raises(InvalidInputError, match=name):
        forms.read(SCHEMA, {f"input.{name}": raw})


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
