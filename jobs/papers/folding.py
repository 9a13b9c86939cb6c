"""Folding: a line's characters as they should be stored, every one still with its box."""

from __future__ import annotations

import re
import unicodedata
from array import array

from jobs.papers.pdfium import HYPHEN

_LIGATURES = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st",
    "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2028": " ", "\u2029": " ",
}  # fmt: skip
# Signs that old programs print over a letter, and what they are when they belong to it.
_ACCENTS = dict(zip("´`ˆ˜¨ˇ˘˙˚¸", "\u0301\u0300\u0302\u0303\u0308\u030c\u0306\u0307\u030a\u0327", strict=True))
_ACCENTED = re.compile(rf"(?=([{''.join(_ACCENTS)}])([^\W\d_]))|(?=([^\W\d_])([{''.join(_ACCENTS)}]))")
_DOTLESS = {"ı": "i", "ȷ": "j"}
_COMBINING = r"\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff"
_SPECIAL = re.compile(
    rf"[\ufb00-\ufb06\u00a0\u2007\u202f\u2028\u2029]|[\x00-\x1f\x7f-\x9f\u00ad{HYPHEN}\uffff\ud800-\udfff]"
    rf"|[^{_COMBINING}][{_COMBINING}]+"
)


def fold(text: str, boxes: array[float]) -> tuple[str, array[float]]:
    """Ligatures spelt out, accents composed (NFC), control characters and line-end hyphens dropped."""
    if text.isascii() and text.isprintable() and "`" not in text:
        return text, boxes
    text, boxes = _with_accents(text, boxes)
    if not _SPECIAL.search(text):
        return (text, boxes) if unicodedata.is_normalized("NFC", text) else _compose(text, boxes)
    words: list[str] = []
    places = array("f")
    done = 0
    for match in _SPECIAL.finditer(text):
        words.append(text[done : match.start()])
        places += boxes[4 * done : 4 * match.start()]
        spelt = _spelt(match.group())
        words.append(spelt)
        places += boxes[4 * match.start() : 4 * match.start() + 4] * len(spelt)
        done = match.end()
    folded, places = "".join([*words, text[done:]]), places + boxes[4 * done :]
    return (folded, places) if unicodedata.is_normalized("NFC", folded) else _compose(folded, places)


def _with_accents(text: str, boxes: array[float]) -> tuple[str, array[float]]:
    """Each sign printed over a letter as the accent of that letter, behind it and with its place."""
    signs = list(text)
    for match in _ACCENTED.finditer(text):
        at = match.start()
        if signs[at : at + 2] != list(text[at : at + 2]) or not _over_each_other(boxes, at):
            continue
        sign, letter = (at, at + 1) if match.group(1) else (at + 1, at)
        signs[at : at + 2] = _DOTLESS.get(text[letter], text[letter]), _ACCENTS[text[sign]]
        boxes = boxes[: 4 * at] + boxes[4 * letter : 4 * letter + 4] * 2 + boxes[4 * at + 8 :]
    return "".join(signs), boxes


def _over_each_other(boxes: array[float], at: int) -> bool:
    """Whether two characters in a row share most of the narrower one's width."""
    left, _, right, _, next_left, _, next_right, _ = boxes[4 * at : 4 * at + 8]
    shared = min(right, next_right) - max(left, next_left)
    return shared > 0.5 * min(right - left, next_right - next_left) > 0


def _spelt(found: str) -> str:
    if len(found) > 1:
        return unicodedata.normalize("NFC", found)
    return _LIGATURES.get(found, " " if found == "\t" else "")


def _compose(text: str, boxes: array[float]) -> tuple[str, array[float]]:
    """NFC cluster by cluster, for scripts in which more than accents compose."""
    words: list[str] = []
    places = array("f")
    starts = [i for i, sign in enumerate(text) if i == 0 or not _continues(sign)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        cluster = unicodedata.normalize("NFC", text[start:end])
        words.append(cluster)
        places += boxes[4 * start : 4 * start + 4] * len(cluster)
    return "".join(words), places


def _continues(sign: str) -> bool:
    return unicodedata.combining(sign) > 0 or "\u1160" <= sign <= "\u11ff"  # The latter: parts of Korean syllables.
