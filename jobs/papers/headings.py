"""Headings: which lines are section titles, and what kind of section each begins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from jobs.papers.document import Section
from jobs.papers.lines import Line

# What a title says, by the words in it; the first that fits decides. English, and the commonest of other languages.
_TITLE_WORDS: tuple[tuple[str, str], ...] = (
    ("checklist", r"check-?list"),
    ("limitations", r"limitation|limitaç|limitacion|limitazion|einschränkung|threats? to validity"),
    ("ethics", r"ethic|broader impact|societal impact|social impact|impact statement|éti[ck]|étique|ethik"),
    ("reproducibility", r"reproducib"),
    ("availability", r"(?:code|data|software|materials?)\b.*\bavailab|availability"),
    (
        "references",
        r"^(?:references?|bibliography|works cited|literature cited|referências|referencias|références|literatur)",
    ),
    ("acknowledgements", r"^acknowledge?ment|agradecimento|agradecimiento|remerciement|danksagung|^funding"),
    ("appendix", r"^(?:technical )?appendi|^supplement|^anexo|^apêndice|^apéndice"),
    ("abstract", r"^(?:abstract|summary|resumo|resumen|résumé|zusammenfassung)\b"),
    ("introduction", r"^(?:introduction|introdução|introducción|einleitung)"),
    (
        "related",
        r"related work|^background(?: and .*)?$|previous work|prior work|trabalhos relacionados|state of the art|"
        r"^preliminaries",
    ),
    ("conclusion", r"conclusi|conclusão|concluding|considerações finais|fazit|future work"),
    ("discussion", r"discuss"),
    ("data", r"\bdata ?sets?\b|\bdata\b|corpus|corpora|\bdados\b|\bdatos\b"),
    ("experiments", r"experiment|evaluation|implementation|training|setup|ablation|set-up|configuraç"),
    ("results", r"result"),
    ("method", r"method|approach|model|architecture|algorithm|framework|metodologia|metodología|proposed"),
)
KINDS = tuple(kind for kind, _ in _TITLE_WORDS)

_NUMBER = re.compile(
    r"^((?:\d{1,2}|[A-H])(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|(?:Appendix|Section|Anexo) [A-Z0-9]+[.:]?)\s+(?=\S)"
)
_KNOWN = re.compile(
    r"^(?:abstract|summary|resumo|introduction|related work|background|statement of need|(?:materials? and )?methods?|"
    r"methodology|experiments?|results(?: and discussion)?|discussion|"
    r"conclusions?|references|bibliography|referências|acknowledge?ments?|appendix|appendices|supplementary material|"
    r"limitations?|(?:discussion and |challenges and )?limitations(?: and future work)?|threats to validity|"
    r"ethics(?: statement)?|ethical considerations?|ethical statement|broader impacts?(?: statement)?|impact statement|"
    r"reproducibility(?: statement)?|(?:code|data)(?: and (?:code|data))? availability(?: statement)?|"
    r"(?:neurips )?(?:paper )?(?:reproducibility )?checklist)[.:]?$",
    re.IGNORECASE,
)
_RUN_IN = re.compile(r"^(.{3,60}?)(?:[.:]\s|\s?[—–]\s?)")
_LETTERS = re.compile(r"[^\W\d_]")


class SetLine(NamedTuple):
    """A line of the stored text: its offset in the page, its words, and how it is set."""

    start: int
    text: str
    setting: Line
    opens_block: bool


class Outline:
    """The section titles of a paper handed over page by page. Of each page only lines that may be one are kept."""

    def __init__(self) -> None:
        self._pages: list[list[SetLine]] = []
        self._sizes: Counter[float] = Counter()

    def add(self, lines: list[SetLine]) -> None:
        """The next page."""
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[round(line.setting.size * 2) / 2] += len(line.text)
        usual = sizes.most_common(1)[0][0] if sizes else 0.0
        self._pages.append([line for line in lines if _stands_out(line, usual)])
        self._sizes += sizes

    def sections(self) -> list[Section]:
        """Every section title, in reading order."""
        body = self._sizes.most_common(1)[0][0] if self._sizes else 10.0
        found = [section for number, lines in enumerate(self._pages, 1) for section in _on_page(number, lines, body)]
        return found[_front_matter(found) :]


def _stands_out(line: SetLine, usual: float) -> bool:
    """Whether a line may be a title on a page of that type size."""
    setting = line.setting
    return line.opens_block or setting.bold or setting.size > usual + 0.25 or line.text == line.text.upper()


def _front_matter(sections: list[Section]) -> int:
    """How many of the lines taken for headings are the title and the authors above the abstract."""
    openings = (
        index for index, one in enumerate(sections) if one.page == 1 and one.kind in ("abstract", "introduction")
    )
    return next(openings, 0)


def kind_of(title: str) -> str:
    """The kind of section a title announces."""
    bare = _NUMBER.sub("", title).strip().lower()
    return next((kind for kind, words in _TITLE_WORDS if re.search(words, bare)), "other")


def _on_page(number: int, lines: list[SetLine], body: float) -> Iterator[Section]:
    skip = -1
    for index, line in enumerate(lines):
        if index <= skip:
            continue
        title, skip = _title_at(lines, index, body)
        if title:
            yield Section(title, kind_of(title), number, line.start, _level(title))


def _title_at(lines: list[SetLine], index: int, body: float) -> tuple[str, int]:
    """The title that starts at a line and the index of its last line; empty when there is none."""
    line = lines[index]
    if _is_title(line, body):
        last = index
        while last + 1 < len(lines) and last - index < 2 and _goes_on(lines[last], lines[last + 1]):
            last += 1
        return _tidy(" ".join(one.text for one in lines[index : last + 1])), last
    return _run_in_title(line), -1


def _is_title(line: SetLine, body: float) -> bool:
    text, setting = line.text.strip(), line.setting
    number = _NUMBER.match(text)
    known = _KNOWN.match(text[number.end() :] if number else text) is not None
    if not (known or (number and line.opens_block)) or not _is_worded(text):
        return False
    marked = (setting.bold and setting.bold_end) or setting.size > 1.12 * body or text.upper() == text
    if known:
        return marked or setting.size > 0.93 * body
    ends_well = number is not None and text[number.end()].isupper() and text[-1] not in ".,;"
    height = max(setting.size, setting.box[3] - setting.box[1])  # Small capitals within it are no small title.
    return ends_well and marked and height > 0.93 * body


def _is_worded(text: str) -> bool:
    """Whether a line is as long as titles are and made of letters for the most part."""
    letters = len(_LETTERS.findall(text)) if 3 <= len(text) <= 100 else 0
    return letters >= max(3.0, 0.5 * len(text.replace(" ", "")))


def _goes_on(line: SetLine, next_: SetLine) -> bool:
    """Whether a title runs on into the next line: same face and size, close below, no number of its own."""
    one, other = line.setting, next_.setting
    alike = (one.bold, one.bold_end) == (other.bold, other.bold_end) and abs(one.size - other.size) < 0.05 * one.size
    near = 0 < other.middle - one.middle < 1.6 * one.size
    return alike and near and one.bold and not _NUMBER.match(next_.text) and not _KNOWN.match(line.text)


def _run_in_title(line: SetLine) -> str:
    """A bold or known title at the start of a paragraph: "Limitations. We ...", "Abstract—We ..."."""
    match = _RUN_IN.match(line.text) if line.setting.bold and not line.setting.bold_end else None
    if not match:
        return ""
    title = _tidy(match.group(1))
    named = kind_of(title) != "other"
    return title if named and title[:1].isupper() and len(title.split()) <= 8 else ""


def _level(title: str) -> int:
    match = _NUMBER.match(title)
    return match.group(1).rstrip(".").count(".") + 1 if match else 1


def _tidy(title: str) -> str:
    return re.sub(r"\s+", " ", title).strip(" .:—–")
