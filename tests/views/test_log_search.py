"""Searching a log: what is typed is text, whatever it would mean as a pattern, and its case does not matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.models import WorkflowNode
from dashboard.reads import logs
from dashboard.reads.logs import Wanted
from tests.views.test_logs import add_lines, claimed  # noqa: F401  (a fixture)

SPECIAL = "\\.^$|()[]{}*+?/%_#-&~'\"`@!<>=,:;\t"
PATTERNS = (r"\d", r"\Q.\E", "(?i)", "(?-i)b", "(a", "[a-", "a{2}", ".*", "a|b", "\\\\", "%s", "%(a)s", "\\E", "$1")
Search = Callable[[str], Sequence[str]]


@pytest.fixture
def search(app: Flask, claimed: int) -> Search:  # noqa: F811
    """`search(text)` tells the lines found in a log that has a line for each special character and each pattern."""
    for number, text in enumerate((*SPECIAL, *PATTERNS, "plain 12 aa", "Äpfel, ЖУК und 😀 Σ"), start=1):
        add_lines(app, claimed, number, number, message=f"<{text}>")

    def found(text: str) -> Sequence[str]:
        with app.app_context():
            node = select(WorkflowNode.id).where(WorkflowNode.run_id == claimed, WorkflowNode.node_id == "first")
            wanted = Wanted(db.session.scalars(node).one(), 1, text=text)
            return [line.message[1:-1] for line in logs.from_line(wanted).lines]

    return found


def test_every_special_character_and_pattern_finds_itself_alone(search: Search) -> None:
    whole = (*SPECIAL, *PATTERNS)
    assert {text: search(f"<{text}>") for text in whole} == {text: [text] for text in whole}


def test_a_special_character_stands_for_no_other(search: Search) -> None:
    everything = search("<")
    for text in (*SPECIAL, *PATTERNS):
        assert search(text) == [line for line in everything if text in f"<{line}>"], text


@pytest.mark.parametrize("text", ["PLAIN", "pLaIn 12", "Äpfel", "ÄPFEL", "ЖУК und 😀", "ЖУК UND", "😀 Σ", "(?-I)B"])
def test_case_does_not_matter(search: Search, text: str) -> None:
    assert len(search(text)) == 1


@pytest.mark.parametrize("text", ["äpfel", "жук", "σ"])
def test_nor_does_it_beyond_ascii_but_on_sqlite(search: Search, engine_url: str, text: str) -> None:
    assert len(search(text)) == (0 if engine_url.startswith("sqlite") else 1)
