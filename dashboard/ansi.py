"""Terminal output for a page: colours become classes, everything else a terminal would act on is taken out.

Read in one pass: each alternative below takes what it can and never gives any back (`*+`), so every character of the
text is in exactly one token, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

TOKEN = re.compile(
    r"(?P<text>[^\x00-\x08\x0a-\x1f\x7f-\x9f\u202d\u202e]++)"
    r"|(?:\x1b\[|\x9b)(?P<parameters>[0-?]*+)[ -/]*+(?P<final>[@-~]?)"
    r"|\x1b[\]PX^_][^\x07\x1b]*+(?:\x07|\x1b\\)?"  # titles, links and other strings for the terminal
    r"|\x1b[ -/]*+[0-~]?"
    r"|(?P<row>\r?\n|\r)"
    r"|.",
    re.DOTALL,
)
MOST_SPANS = 300  # of one line; what follows is shown without colours
LONGEST = 100  # of the parameters of one sequence
CUBE = (0, 95, 135, 175, 215, 255)
SYSTEM = (
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255),
    (255, 255, 255),
)  # fmt: skip
Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Style:
    """How text is set: `ink` and `ground` are numbers of the sixteen colours."""

    ink: int | None = None
    ground: int | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underlined: bool = False
    struck: bool = False
    inverse: bool = False

    @property
    def classes(self) -> str:
        ink, ground = (self.ground, self.ink) if self.inverse else (self.ink, self.ground)
        marks = [name for name in ("bold", "dim", "italic", "underlined", "struck") if getattr(self, name)]
        if self.inverse and ink is None and ground is None:
            marks.append("inverse")
        colours = [f"{name}{number}" for name, number in (("ink", ink), ("ground", ground)) if number is not None]
        return " ".join(marks + colours)


PLAIN = Style()
SWITCHES: dict[int, dict[str, bool]] = {
    1: {"bold": True}, 2: {"dim": True}, 3: {"italic": True}, 4: {"underlined": True}, 7: {"inverse": True},
    9: {"struck": True}, 21: {"underlined": True}, 22: {"bold": False, "dim": False}, 23: {"italic": False},
    24: {"underlined": False}, 27: {"inverse": False}, 29: {"struck": False},
}  # fmt: skip


def coloured(text: str | None) -> Markup:
    """The text escaped, with a span around each part that has a style. A carriage return begins a new row."""
    shown: list[Markup] = []
    for number, (part, style) in enumerate(_merged(text or "")):
        classes = style.classes if number < MOST_SPANS else ""
        shown.append(Markup('<span class="{}">{}</span>').format(classes, part) if classes else escape(part))
    return Markup().join(shown)


def spans(text: str) -> Iterator[tuple[str, Style]]:
    """Parts of the text in order, each with its style."""
    style = PLAIN
    for token in TOKEN.finditer(text.rstrip("\r\n")):
        if token["text"]:
            yield token["text"], style
        elif token["row"]:
            yield "\n", style
        elif token["final"] == "m":
            style = _restyled(style, token["parameters"][:LONGEST])


def _merged(text: str) -> Iterator[tuple[str, Style]]:
    """The same without two parts of one style in a row."""
    waiting: list[str] = []
    current = PLAIN
    for part, style in spans(text):
        if style != current and waiting:
            yield "".join(waiting), current
            waiting = []
        waiting.append(part)
        current = style
    if waiting:
        yield "".join(waiting), current


def _restyled(style: Style, parameters: str) -> Style:
    """The style after `ESC [ parameters m`; what is not known changes nothing."""
    codes = iter([int(code) if code.isdigit() and len(code) < 4 else 0 for code in re.split("[;:]", parameters)])
    for code in codes:
        if code in (38, 48):
            style = _with_colour(style, code == 38, _named(codes))
        elif code == 0:
            style = PLAIN
        else:
            style = _switched(style, code)
    return style


def _switched(style: Style, code: int) -> Style:
    if code in SWITCHES:
        return replace(style, **SWITCHES[code])
    if 30 <= code <= 37 or 90 <= code <= 97:
        return _with_colour(style, True, code - 30 if code < 40 else code - 82)
    if 40 <= code <= 47 or 100 <= code <= 107:
        return _with_colour(style, False, code - 40 if code < 50 else code - 92)
    if code in (39, 49):
        return _with_colour(style, code == 39, None)
    return style


def _with_colour(style: Style, is_ink: bool, colour: int | None) -> Style:
    return replace(style, ink=colour) if is_ink else replace(style, ground=colour)


def _named(codes: Iterator[int]) -> int | None:
    """The nearest of the sixteen to `5;n` or `2;r;g;b`, taken from what follows."""
    how = next(codes, 0)
    if how == 5:
        number = next(codes, 0)
        return number if number < 16 else nearest(_of_256(number))
    if how == 2:
        red, green, blue = (next(codes, 0) for _ in range(3))
        return nearest((red, green, blue))
    return None


def _of_256(number: int) -> Rgb:
    """The colour of that number from 16 on: a cube of six steps a side, then greys."""
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    at = number - 16
    return CUBE[at // 36], CUBE[at // 6 % 6], CUBE[at % 6]


def nearest(colour: Rgb) -> int:
    """Which of the sixteen is least far from it."""
    return min(range(16), key=lambda one: sum((a - b) ** 2 for a, b in zip(SYSTEM[one], colour, strict=True)))
