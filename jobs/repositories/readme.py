"""A README taken apart: headings, links with the words around them, tables, code, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.token import Token

from jobs.repositories.markup import as_markdown
from jobs.repositories.snapshot import Snapshot

_URL = re.compile(r"https?://[^\s<>\"'`)\]}|]+")
_HTML_LINK = re.compile(
    r"<a\s[^>]{0,300}?href\s*=\s*[\"']?(https?://[^\"'\s>]+)[^>]{0,300}>(.{0,300}?)</a>", re.I | re.S
)
_ANCHOR = re.compile(r"<a\s[^>]{0,300}?href\s*=\s*[\"']?(https?://[^\"'\s>]+)", re.I)
_TAG = re.compile(r"<[^>]{0,500}>")
_HTML_ROW = re.compile(r"<tr\b.{0,4000}?</tr>", re.I | re.S)
_HTML_CELL = re.compile(r"<t[dh]\b[^>]{0,300}>(.{0,1000}?)</t[dh]>", re.I | re.S)
_REACH = 400
_MOST_TOKENS_IN_A_LINK = 50
_MOST_LINES_AHEAD = 500
_NAMES = (
    r"readme\.(md|markdown|mkd|mdown)",
    r"readme\.(rst|txt|org|adoc|asciidoc|html|rmd|qmd)",
    r"readme",
    r"(readme.*|.*[-_.]readme)\.(md|rst|txt|org|adoc)",
)
_FOLDERS = ("", ".github", "docs", "doc")


@dataclass(frozen=True)
class Block:
    """A paragraph, list item, heading, code block or piece of HTML. `headings` are those above it, outermost first."""

    kind: str
    line: int
    text: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """A link: the words it is put on, those before and after it in its block."""

    url: str
    words: str
    line: int
    before: str
    after: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table's cells by row, and the last words before it."""

    line: int
    rows: tuple[tuple[str, ...], ...]
    caption: str
    headings: tuple[str, ...]


@dataclass
class Readme:
    """What a README holds; `path` is empty where there is none."""

    path: str = ""
    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    @property
    def headings(self) -> list[Block]:
        return [block for block in self.blocks if block.kind == "heading"]


def find_readme(snapshot: Snapshot) -> str:
    """The path of the repository's README: the root's before those GitHub shows in its stead; empty if none."""
    for folder in _FOLDERS:
        for name in _NAMES:
            if found := snapshot.named(name, under=folder):
                return min(found, key=len)
    return ""


def read_readme(snapshot: Snapshot) -> Readme:
    """The README, parsed as Markdown."""
    path = find_readme(snapshot)
    return parse(path, snapshot.text(path)) if path else Readme()


def parse(path: str, text: str) -> Readme:
    """Take a README's text apart."""
    readme = Readme(path)
    headings: list[tuple[int, str]] = []
    text = as_markdown(path, text)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    lines = text.split("\n")
    position = 0
    while position < len(tokens):
        token = tokens[position]
        above = tuple(title for _, title in headings)
        if token.type == "heading_open":
            title, level = tokens[position + 1].content, int(token.tag[1])
            headings = [heading for heading in headings if heading[0] < level] + [(level, title)]
            readme.blocks.append(Block("heading", _line(token), title, above))
        elif token.type == "table_open":
            end = _closing(tokens, position)
            readme.tables.append(_table(tokens[position:end], readme, above))
        if token.type == "inline":
            readme.links.extend(_links(token, lines, above))
            if tokens[position - 1].type == "paragraph_open":
                readme.blocks.append(Block("text", _line(token), token.content, above))
        elif token.type in {"fence", "code_block"}:
            readme.blocks.append(Block("code", _line(token) + (token.type == "fence"), token.content, above))
        elif token.type == "html_block":
            _read_html(token, readme, above)
        position += 1
    return readme


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _closing(tokens: list[Token], start: int) -> int:
    return next(index for index in range(start, len(tokens)) if tokens[index].type == "table_close")


def _table(tokens: list[Token], readme: Readme, above: tuple[str, ...]) -> Table:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.content)
    return Table(_line(tokens[0]), tuple(tuple(row) for row in rows), _last_words(readme), above)


def _last_words(readme: Readme) -> str:
    return next((block.text for block in reversed(readme.blocks) if block.kind in {"text", "heading"}), "")


def _links(token: Token, lines: list[str], above: tuple[str, ...]) -> Iterator[Link]:
    """The links of a paragraph, heading or cell, those written out bare too."""
    children = token.children or []
    words = [child.content if child.type in {"text", "code_inline"} else " " for child in children]
    starts = list(accumulate(map(len, words), initial=0))
    whole, line = "".join(words), _line(token)
    for url, first, last in _addresses(children, starts):
        line = _line_of(url, lines, line, token)
        before, after = whole[max(0, first - _REACH) : first], whole[last : last + _REACH]
        yield Link(url, whole[first:last].strip(), line, before.strip(), after.strip(), above)


def _addresses(children: list[Token], starts: list[int]) -> Iterator[tuple[str, int, int]]:
    """Each address with the span of the words it is put on; a bare one is put on none."""
    inside = ""
    for index, child in enumerate(children):
        if child.type == "link_open":
            inside = "link_close"
            yield str(child.attrs.get("href", "")), starts[index], _end_of_words(children, starts, index, inside)
        elif child.type == "html_inline" and (anchor := _ANCHOR.match(child.content)):
            yield anchor[1], starts[index], _end_of_words(children, starts, index, "</a>")
        elif child.type == "text" and not inside:
            for bare in _URL.finditer(child.content):
                yield bare[0].rstrip(".,;:"), starts[index] + bare.start(), starts[index] + bare.start()
        inside = "" if child.type == inside else inside


def _end_of_words(children: list[Token], starts: list[int], index: int, closing: str) -> int:
    """Where the words of the link opened at `index` end; no link's words go on for long."""
    ahead = range(index, min(index + _MOST_TOKENS_IN_A_LINK, len(children)))
    return next((starts[at] for at in ahead if closing in {children[at].type, children[at].content}), starts[index])


def _line_of(url: str, lines: list[str], start: int, token: Token) -> int:
    """The line that holds the address, looked for from where the one before it stood."""
    end = min(token.map[1] if token.map else start, start + _MOST_LINES_AHEAD)
    return next((number for number in range(start, end + 1) if url in lines[number - 1]), start)


def _read_html(token: Token, readme: Readme, above: tuple[str, ...]) -> None:
    content, line = token.content, _line(token)
    for found in _HTML_LINK.finditer(content):
        at = line + content.count("\n", 0, found.start())
        before, after = _bare(content[: found.start()][-300:]), _bare(content[found.end() :][:300])
        readme.links.append(Link(found[1], _bare(found[2]), at, before, after, above))
    rows = [tuple(_bare(cell) for cell in _HTML_CELL.findall(row)) for row in _HTML_ROW.findall(content)]
    if rows:
        readme.tables.append(Table(line, tuple(rows), _last_words(readme), above))
    readme.blocks.append(Block("html", line, _bare(content), above))


def _bare(html: str) -> str:
    return _TAG.sub(" ", html).strip()
