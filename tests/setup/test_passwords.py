"""Passwords: hashed with argon2id, long ones and any script taken, those that are guessed early refused."""

from __future__ import annotations

import pytest
from argon2 import extract_parameters

from dashboard import passwords
from dashboard.engine.errors import InvalidInputError


@pytest.mark.parametrize(
    "weak",
    [
        "password123", "Password123", "P@ssw0rd123", "1234567890", "qwertyuiop", "qwertyuiop12", "aaaaaaaaaaaa",
        "abcabcabcabc", "iloveyou1234", "dragonmonkey1", "adminadmin", "letmein12345", "papersnitch", "zaq12wsxcde3",
        "PaperSnitch2026", "ada@example.org", "Ada Lovelace", "adalovelace1", "2026-11-23", "abcdefghijkl",
    ],
)  # fmt: skip
def test_what_is_guessed_early_is_refused(weak: str) -> None:
    with pytest.raises(InvalidInputError, match="among the first"):
        passwords.hash_of(weak, "ada@example.org", "Ada Lovelace")


@pytest.mark.parametrize(
    "strong",
    ["correct horse battery", "a quiet passphrase", "x7#Kp2!mQz", "мост через реку", "橋の下の魚はとても静かだ"],
)  # fmt: skip
def test_a_few_words_in_any_script_are_taken(strong: str) -> None:
    assert passwords.matches(passwords.hash_of(strong, "ada@example.org", "Ada Lovelace"), strong)


def test_every_letter_of_a_long_one_counts() -> None:
    long = "correct horse battery staple " * 8 + "end"
    stored = passwords.hash_of(long)
    assert passwords.matches(stored, long) and not passwords.matches(stored, long[:-1])


@pytest.mark.parametrize(("length", "sentence"), [(9, "at least 10"), (257, "at most 256")])
def test_a_length_out_of_bounds_is_said(length: int, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        passwords.hash_of(("x7#Kp2!mQz" * 26)[:length])


def test_hashes_cost_what_owasp_asks() -> None:
    cost = extract_parameters(passwords.hash_of("correct horse battery"))
    assert (cost.type.name, cost.memory_cost >= 19 * 1024, cost.time_cost >= 2) == ("ID", True, True)
