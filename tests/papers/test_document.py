"""A quote counts only where its very words stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from jobs.papers.document import Document

Read = Callable[..., Document]


def test_it_survives_json(read_lines: Read) -> None:
    document = read_lines("# 1 Introduction", "Some words, an é and a “quote”.")
    again = Document.from_json(document.to_json())
    assert again == document
    assert again.quote(1, 0, 5) == document.quote(1, 0, 5)


def test_it_verifies_a_quote_at_its_offset_only(read_lines: Read) -> None:
    document = read_lines("the same words and the same words again")
    quote = document.quote(1, 4, 14)
    assert document.verify(quote)
    assert not document.verify(replace(quote, text="other word"))
    assert not document.verify(replace(quote, start=5, end=15))
    assert not document.verify(replace(quote, page=2))
    assert not document.verify(replace(quote, start=4, end=4, text=""))


def test_it_takes_a_claim_of_being_verified_from_nobody(read_lines: Read) -> None:
    document = read_lines("the words of the paper")
    forged = replace(document.quote(1, 0, 9), text="no such words")
    assert forged.verified
    assert not document.checked(forged).verified


def test_it_knows_the_section_of_a_place(read_lines: Read) -> None:
    document = read_lines(
        "# Abstract", "We do things.", "# 1 Introduction", "Things are done.", "# References", "[1] Things."
    )
    text = document.pages[0].text
    kinds = [document.section_at(1, text.index(words)) for words in ("We do", "Things are", "[1]")]
    assert [section.kind for section in kinds if section] == ["abstract", "introduction", "references"]
    assert [section.title for section, _ in document.section_texts()] == ["Abstract", "1 Introduction", "References"]


def test_it_has_no_page_zero(read_lines: Read) -> None:
    with pytest.raises(IndexError):
        read_lines("one page").page(0)


def test_it_refuses_another_format() -> None:
    with pytest.raises(ValueError, match="format 99"):
        Document.from_json({"format": 99})
