"""Wording: whether the words around a link say that what it leads to is the paper's own, or someone else's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from jobs.papers.rules.rule import either, words

LINK = "⟨link⟩"
SAYS_SO, WEAKLY, NEUTRAL, OTHERS = 3.0, 1.5, 0.0, -3.0

# Each word of a run of fillers is one filler and nothing else, or a hostile text could be read in too many ways.
_CODE = either(
    r"codes?", r"sourcecode", r"codebase", r"code base", r"source files", r"implementations?", r"scripts",
    r"artifacts?", r"notebooks?", r"repositor(?:y|ies)", r"repo", r"git ?hub", r"git ?lab", r"web ?(?:page|site)",
    r"project page", r"replication (?:package|kit|materials?)",
)  # fmt: skip
_THING = either(
    _CODE, r"software", r"tool(?:kit|box|s)?", r"package", r"library", r"framework", r"models?", r"weights",
    r"checkpoints?", r"data(?:sets?)?", r"corpus", r"corpora", r"benchmarks?", r"resources?", r"materials?", r"demo",
    r"programs?", r"experiments?", r"plug-?in", r"app",
)  # fmt: skip
_OUT = either(
    r"available", r"accessible", r"releas(?:ed?|ing)", r"open[- ]?sourc(?:ed?|ing)", r"provided?", r"public",
    r"publish(?:ed)?", r"hosted", r"shar(?:ed?|ing)", r"found", r"accessed", r"download(?:ed|able)?", r"obtained",
    r"maintained", r"located", r"online", r"deposited", r"archived",
)  # fmt: skip
_FILLER = either(
    r"our", r"the", r"all", r"full", r"complete", r"entire", r"source", r"open", r"python", r"r", r"matlab", r"julia",
    r"pytorch", r"tensorflow", r"training", r"evaluation", r"experimental", r"corresponding", r"related", r"associated",
    r"accompanying", r"necessary", r"relevant", r"both", r"pre-?trained", r"trained", r"simulation", r"supplementary",
    r"analysis", r"official", r"further", r"including", r"and", r"&", _THING,
)  # fmt: skip
_CLAUSE = r"(?:^|[.;:,()|•†‡§*]\s*|\b(?:and|while|where|that|finally|moreover)\s+)(?:\W*\d{1,2}\s*)?"

_OWN = words(  # Of two that begin at one word the first is found: the longest stands first.
    rf"\bour\s+(?:[\w-]+\s+){{0,3}}?{_CODE},[^.;]{{0,80}},\s+(?:is|are|(?:can|will|has|have) be(?:en)?)\s+"
    rf"(?:\w+\s+){{0,3}}?{_OUT}\b",
    rf"\bour\s+(?:[\w-]+\s+){{0,3}}?{_CODE}\b",
    rf"\bour\s+(?:[\w-]+\s+){{0,4}}?{_THING}\b[^.;]{{0,60}}?\b{_OUT}\b",
    rf"{_CLAUSE}(?:{_FILLER},?\s+)*{_CODE}\b[^.;]{{0,90}}?\b{_OUT}\b",
    rf"{_CLAUSE}(?:{_FILLER},?\s+)*{_CODE}(?:(?:,| and| &)(?:\s+{_FILLER},?)*)?"
    rf"(?:\s+(?:for|of)\s+(?:this|the|our)\s+(?:\w+\s+){{0,2}}\w+)?"
    rf"\s*(?:\([^)]*\))?\s*(?:[:：=→–-]|is at|is here|are at|at|on|here)?\s*\(?\s*{LINK}",
    rf"\bwe\s+(?:(?:also|will|have|publicly|openly|hereby|further|freely|now|fully)\s+)*"
    rf"(?:release|open[- ]?source|publish|share|provide|made?(?! use))d?\s+"
    rf"(?:(?!using\b|with\b|from\b|their\b|by\b)[\w,’'-]+\s+){{0,8}}?(?:{_THING}|{_OUT})\b",
    rf"\b(?:releas|publish|open[- ]?sourc|shar)ing\s+(?:our|the|all)\s+(?:[\w-]+\s+){{0,3}}?{_THING}\b",
    rf"\b(?:we|this (?:paper|work|article))\s+(?:\w+\s+)?(?:present|introduce|propose|describe)s?\s+(?:an?\s+|the\s+)?"
    rf"(?-i:[A-Z][\w-]*)\s*[:,(]?\s*{LINK}",
    rf"{LINK}\W*(?:contains|provides|hosts|includes|holds)\s+(?:all\s+)?(?:the|our)\s+(?:[\w-]+\s+){{0,3}}?{_CODE}\b",
    rf"{_CODE}\s+(?:of|for|accompanying|behind|to reproduce|used in)\s+(?:this|our|the present)\s+"
    r"(?:paper|work|article|study)\b",
    r"\bcódigo\b[^.]{0,60}\b(?:dispon[íi]|acces|acess|public|encontra)\w*",
    r"\b(?:le |notre )?code(?:s)?(?: source)?\b[^.]{0,60}\b(?:disponibles?|accessibles?|publiés?)\b",
    r"\b(?:quell(?:code|text)|programmcode|code)\b[^.]{0,60}\b"
    r"(?:verfügbar|abrufbar|veröffentlicht|zugänglich|zu finden)\b",
    r"\bcodice\b[^.]{0,60}\b(?:disponibile|accessibile|pubblicato)\b",
    r"(?:代码|源码|程序)[^。]{0,20}?(?:开源|公开|获取|地址|发布|可在|见|[:：])",
    r"コード.{0,20}?(?:公開|入手|利用)|코드.{0,20}?(?:공개|이용)",
)  # fmt: skip
_PRESENTS = words(
    r"\b(?:we|this (?:paper|work|article))\s+(?:\w+\s+)?"
    rf"(?:present|introduce|propose|describe|develop|release)(?:s|ed)?\b[^.;]{{0,80}}{LINK}",
    rf"\b{_OUT}\s+(?:online\s+)?(?:at|from|on|under|via|in|here)?\s*(?:the following \w+)?\s*[:(]?\s*{LINK}",
    rf"\b(?:project|paper|companion)\s+(?:page|web ?site|site)\b[^.]{{0,30}}{LINK}",
)  # fmt: skip
_THEIRS = words(
    rf"\b(?:their|his|her|authors['’]|original(?:ly)?|third[- ]party|existing|reference|publicly available|public)\s+"
    rf"(?:\w+\s+){{0,3}}?(?:{_CODE}|software|releases?|library|package|toolkit)\b",
    r"\b(?:we|is|are|was|were|been|which|that)\s+(?:\w+\s+){0,2}?(?:us(?:ed?|es)|adopt(?:ed|s)?|employ(?:ed|s)?|"
    r"buil[dt]s? (?:up)?on|follow(?:ed|s)?|rel(?:y|ies|ied) on|borrow(?:ed|s)?|modif(?:y|ied)|extend(?:ed|s)?|"
    r"adapt(?:ed|s)?|implement(?:ed)? (?:in|with|using)|train(?:ed)? (?:with|using|on)|took|taken|downloaded|obtained|"
    r"(?:evaluated?|tested) (?:with|using|on)|compared? (?:with|to|against))\b",
    r"\b(?:using|uses|adapted from|based (?:up)?on|borrowed from|taken from|(?:provided|released|developed|published|"
    r"maintained) by|implementation of|extension of|fork of|variant of|modification of|downloaded from|obtained from|"
    r"(?:derived|collected|sourced) from|following(?! (?:link|url|address|repository|web|page|site|git))|"
    r"implemented (?:in|with|by)|thanks to|powered by|inspired by|similar to|e\.g\.,?|such as|on top of|built with|"
    r"imported from|measured (?:using|with))(?=\s|$)",
    r"\b(?:basé|basada?|basierend|baseado)\b|\bà partir de\b|\butilizamos\b|\bnous utilisons\b",
    r"\bwir (?:ver|be)nutzen\b",
)  # fmt: skip
_ABOUT_OTHERS = words(
    r"\bbaselines?\b", r"\b(?:compared|competing|comparison|other|previous|prior|existing|alternative) (?:\w+ )?"
    r"(?:methods?|approach(?:es)?|models?|systems?|works?|tools?)\b", r"\bcompetitors?\b", r"\bet al\b",
    r"\b(?:authors|creators|developers) of\b", r"\btheir\b",
)  # fmt: skip
_OWN_VOICE = words(
    r"\bour\b", r"\bwe (?:\w+ ){0,3}?(?:releas|open|publish|shar|provid|ma[dk]e)\w*", r"\bthis (?:paper|work)\b"
)
_CODE_ITSELF = words(
    r"\b(?:source)?codes?\b|\bcode ?base\b|\bimplementations?\b|\bsoftware\b|\bscripts\b|\bartifacts?\b|\bnotebooks?\b",
    r"\bprograms?\b|\breplication (?:package|kit|materials?)\b|\bsource files\b",
    r"código|codice|quell(?:code|text)|programmcode|代码|源码|程序|コード|코드",
)
_CODE_OF = re.compile(r"\bcodes? (?:of|for) (?:the )?(?P<name>(?!I\b)[A-Z][\w-]*[A-Z\d][\w-]*)")


class Wording(NamedTuple):
    """How much the words speak for the paper's own, and the words."""

    score: float
    said: str


def whose(before: str, after: str, title: str = "") -> Wording:
    """What the words on either side of a link say: the phrase nearest before the link decides."""
    text = f"{before} {LINK} {after}".strip()
    place = text.index(LINK)
    own, theirs = _nearest(_OWN.finditer(text), place), _nearest(_THEIRS.finditer(text, 0, place), place)
    if own and own.end() >= (theirs.end() if theirs else 0) and not _speaks_of_others(text[:place], own.group()):
        return Wording(WEAKLY if _names_another(own.group(), before, title) else SAYS_SO, own.group())
    if theirs or _ABOUT_OTHERS.search(text, 0, place):
        return Wording(OTHERS, theirs.group() if theirs else "")
    weak = _PRESENTS.search(text)
    return Wording(WEAKLY, weak.group()) if weak else Wording(NEUTRAL, "")


def speaks_of_code(text: str) -> bool:
    """Whether code is among what the words speak of."""
    return bool(_CODE_ITSELF.search(text))


def _nearest(matches: Iterable[re.Match[str]], place: int) -> re.Match[str] | None:
    before = (match for match in matches if match.start() <= place)
    return max(before, key=lambda match: (min(match.end(), place), -match.start()), default=None)


def _speaks_of_others(before: str, own: str) -> bool:
    return bool(_ABOUT_OTHERS.search(before)) and not _OWN_VOICE.search(own)


def _names_another(own: str, before: str, title: str) -> bool:
    """Whether it is the code of something by name, and of nothing in the title."""
    match = _CODE_OF.search(before)
    return match is not None and match["name"].lower() not in title.lower() and not _OWN_VOICE.search(own)
