"""Language: a guess by script and by the commonest small words."""

from __future__ import annotations

import re

_SMALL_WORDS = {
    "en": {"the", "of", "and", "to", "in", "is", "that", "for", "with", "we", "are", "this"},
    "pt": {"o", "os", "da", "do", "dos", "e", "que", "em", "para", "com", "uma", "não", "foi"},
    "es": {"el", "los", "la", "las", "del", "y", "que", "en", "para", "con", "una", "no", "se"},
    "fr": {"le", "les", "la", "des", "et", "est", "que", "dans", "pour", "avec", "une", "du"},
    "de": {"der", "die", "das", "und", "ist", "von", "mit", "für", "eine", "den", "nicht", "wir"},
    "it": {"il", "gli", "la", "della", "di", "e", "che", "per", "con", "una", "non", "sono"},
}
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
)
_SAMPLE = 40_000


def guess_language(text: str) -> str:
    """A two-letter code, or an empty string when there is too little to go by."""
    sample = text[:_SAMPLE]
    letters = sum(sign.isalpha() for sign in sample)
    for code, script in _SCRIPTS:
        if letters and len(script.findall(sample)) > 0.2 * letters:
            return code
    words = re.findall(r"[^\W\d_]+", sample.lower())
    scores = {code: sum(word in small for word in words) for code, small in _SMALL_WORDS.items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] >= max(5, 0.03 * len(words)) else ""
