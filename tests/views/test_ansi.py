"""Terminal output: colours kept as classes, everything else taken out, in work that grows with the text alone."""

from __future__ import annotations

import pytest

from dashboard import ansi
from dashboard.ansi import coloured


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain <b>", "plain &lt;b&gt;"),
        ("\x1b[31mred\x1b[0m not", '<span class="ink1">red</span> not'),
        ("\x1b[1;4;92mall\x1b[22mless", '<span class="bold underlined ink10">all</span>'
         '<span class="underlined ink10">less</span>'),
        ("\x1b[33;44mon blue\x1b[49m\x1b[39mplain", '<span class="ink3 ground4">on blue</span>plain'),
        ("\x1b[38;5;196mred\x1b[38;5;21mblue", '<span class="ink1">red</span><span class="ink4">blue</span>'),
        ("\x1b[48;2;250;250;250mwhite\x1b[38;5;240mgrey", '<span class="ground15">white</span>'
         '<span class="ink8 ground15">grey</span>'),
        ("\x1b[31m\x1b[7mturned\x1b[27mback", '<span class="ground1">turned</span><span class="ink1">back</span>'),
        ("\x1b[7mturned", '<span class="inverse">turned</span>'),
        ("\x1b[31ma\x1b[31mb\x1b[Kc", '<span class="ink1">abc</span>'),
        ("\x9b31mred", '<span class="ink1">red</span>'),
    ],
)  # fmt: skip
def test_colours_become_classes(raw: str, shown: str) -> None:
    assert coloured(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b]8;;https://evil.example\x07link\x1b]8;;\x1b\\ on", "link on"),
        ("\x1b]0;a title\x07words", "words"),
        ("\x1bPq#0;2;0\x1b\\words", "words"),
        ("\x1b[2J\x1b[10;10Hwords\x1b(B", "words"),
        ("a\0b\x07c\x08d\x7fe\x85f", "abcdef"),
        ("\u202egnp.exe", "gnp.exe"),
        ("tab\tand emoji 🦊", "tab\tand emoji 🦊"),
        ("10 %\r20 %\r\n30 %\r\n", "10 %\n20 %\n30 %"),
        ("\x1b[31", ""),
        ("\x1b", ""),
        ("\x1b[38mx\x1b[999my\x1b[;mz", "xyz"),
    ],
)
def test_what_a_terminal_would_act_on_is_taken_out(raw: str, shown: str) -> None:
    assert coloured(raw) == shown


MEGABYTE = 1_000_000
HOSTILE = {
    "openings": "\x1b[", "parameters": "\x1b[0;1;", "colours": "\x1b[31m", "strings": "\x1b]", "titles": "\x1b]0;x",
    "escapes": "\x1b", "controls": "\0\x08", "returns": "\r", "letters": "a", "half and half": "\x1b[1mx\x9b",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_each_character_is_read_once(name: str) -> None:
    """The tokens lie end to end and cover the text, whatever it is."""
    text = (HOSTILE[name] * MEGABYTE)[:MEGABYTE]
    place = 0
    for token in ansi.TOKEN.finditer(text):
        assert token.start() == place and token.end() > place
        place = token.end()
    assert place == len(text)


def test_no_alternative_ever_gives_back() -> None:
    """Every repetition is possessive, so a match that fails further on cannot be tried in another way."""
    repeated = ansi.TOKEN.pattern.count("*") + ansi.TOKEN.pattern.count("]+")
    assert repeated == ansi.TOKEN.pattern.count("*+") + ansi.TOKEN.pattern.count("]++")


def test_a_line_of_colours_alone_makes_no_endless_page() -> None:
    page = coloured("".join(f"\x1b[3{number % 8}mx" for number in range(100_000)))
    assert page.count("<span") <= ansi.MOST_SPANS
    assert page.striptags() == "x" * 100_000


def test_parameters_beyond_a_hundred_characters_are_not_read() -> None:
    assert coloured("\x1b[" + "0;" * 500_000 + "31mx") == "x"


@pytest.mark.parametrize(
    ("colour", "number"), [((0, 0, 0), 0), ((255, 255, 255), 15), ((250, 90, 80), 9), ((1, 1, 160), 4)]
)
def test_a_colour_becomes_the_nearest_of_sixteen(colour: ansi.Rgb, number: int) -> None:
    assert ansi.nearest(colour) == number
