"""Instructions: words in a paper that are addressed to a language model and not to a reader."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dashboard.judging.evidence import Quote
from jobs.papers.document import Document
from jobs.papers.orders import ORDERS, WITHOUT_SPACES
from jobs.papers.sentences import sentences_of

_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_TAGS = {code: chr(code - 0xE0000) for code in range(0xE0020, 0xE007F)}  # A second, invisible alphabet.
_LOOKALIKES = str.maketrans(  # Cyrillic, then Greek.
    "абсԁеɡһіјӏмпорԛѕтиѵԝхуАВСЕНІЈКМОРЅТХУ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοιντυκ",
    "abcdeghijlmnopqstuvwxyABCEHIJKMOPSTXY" + "ABEZHIKMNOPTYXaoivtuk",
)
_SPACED = re.compile(r"\b(?:\w ){6,}\w\b")
_DIVIDED = re.compile(r"(?<=[a-z])-\s+(?=[a-z])")


@dataclass(frozen=True)
class Instruction:
    """A sentence in the visible text that gives a model orders."""

    quote: Quote
    words: str


def instructs(text: str) -> str:
    """The words by which a text gives a model orders, or an empty string. Disguised letters are read as they look."""
    plain = " ".join(text.split())
    meant = undisguised(plain)
    spaced = "".join(found.group() for found in _SPACED.finditer(meant)).replace(" ", "")
    found = ORDERS.search(plain) or ORDERS.search(meant) or WITHOUT_SPACES.search(spaced)
    return found.group() if found else ""


def undisguised(text: str) -> str:
    """The text as it is meant to be read by a program: without unseen signs, lookalikes or divided words."""
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text.translate(_TAGS)))
    if re.search(r"[A-Za-z]", text):
        text = text.translate(_LOOKALIKES)
    return " ".join(_DIVIDED.sub("", text).split())


def instructions_in(document: Document) -> list[Instruction]:
    """Every such sentence of the paper's text layer."""
    found = []
    for sentence in sentences_of(document):
        if words := instructs(sentence.words):
            found.append(Instruction(document.quote(sentence.page, sentence.start, sentence.end), words))
    return found
