"""Links come out whole and once, and the paper's own repository is told from those it cites."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from jobs.papers.document import Document
from jobs.papers.hosts import kind_of, repository_root
from jobs.papers.links import links_in
from jobs.papers.urls import ADDRESS, key_of, tidy
from tests.papers.printing import LEFT, TOP, lines, unicode_font

Read = Callable[..., Document]


def addresses(document: Document) -> list[str]:
    return [link.url for link in links_in(document)]


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("https://github.com/a/b.", "https://github.com/a/b"),
        ("(see https://github.com/a/b).", "https://github.com/a/b"),
        ("github.com/a/b,", "https://github.com/a/b"),
        ("www.example.org/data;", "https://www.example.org/data"),
        ("https://doi.org/https://doi.org/10.1/x", "https://doi.org/10.1/x"),
        ("https://en.example.org/Filter_(maths)", "https://en.example.org/Filter_(maths)"),
        ("https:// github.com/a/b", "https://github.com/a/b"),
        ("HTTPS://GitHub.com/A/b", "https://github.com/A/b"),
        ("https://github.com/ a/b", "https://github.com/a/b"),
        ("(https://github.com/a/b),we", "https://github.com/a/b"),
        ("https://github.com/a/b.We", "https://github.com/a/b"),
        (r"https://example.org/some\_page\%7Eme", "https://example.org/some_page~me"),
        ("https://example.org/%7Eme/code", "https://example.org/~me/code"),
        ("[code](https://github.com/a/b)", "https://github.com/a/b"),
        ("{https://github.com/a/b}", "https://github.com/a/b"),
        ("git@github.com:a/b.git", "https://github.com/a/b.git"),
        ("anonymous.4open.science/r/ab-12", "https://anonymous.4open.science/r/ab-12"),
        ("somelab.github.io/work", "https://somelab.github.io/work"),
        ("bit.ly/3xYz", "https://bit.ly/3xYz"),
        ("https://web.archive.org/web/2020/https://a.org/", "https://web.archive.org/web/2020/https://a.org/"),
    ],
)
def test_it_tidies_an_address(read_lines: Read, found: str, meant: str) -> None:
    assert addresses(read_lines(f"It is at {found} and nowhere else.")) == [meant]


def test_it_parts_two_addresses_printed_without_a_space(read_lines: Read) -> None:
    document = read_lines("See https://github.com/a/b,https://zenodo.org/record/1 and no more.")
    assert addresses(document) == ["https://github.com/a/b", "https://zenodo.org/record/1"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("代码见 https://github.com/a/b。我们感谢", "https://github.com/a/b"),
        ("(https://github.com/a/b，见下文)", "https://github.com/a/b"),
        ("https://github.com/a/b\u2013c", "https://github.com/a/b-c"),
        ("https://example.org/\u223cme", "https://example.org/~me"),
        ("https://github.com/a/b\u00b2", "https://github.com/a/b"),
        ("https://github.com/a/bhttps://example.org", "https://github.com/a/b"),
        ("https://example.org/[broken", "https://example.org/[broken"),
    ],
)
def test_it_ends_an_address_at_signs_of_other_scripts_and_of_typesetting(text: str, meant: str) -> None:
    found = ADDRESS.search(text)
    assert found is not None
    assert tidy(found.group()) == meant


def test_it_spells_out_a_ligature_in_an_address(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(unicode_font(), 10)
        canvas.drawString(LEFT, TOP, "It is at https://github.com/work\ufb02ow/\ufb01ne for you.")

    assert addresses(read(draw)) == ["https://github.com/workflow/fine"]


def test_it_knows_a_short_name_behind_the_mark_of_a_forge(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP, "We also release our code: \xa7 someone/tool-kit")
        canvas.drawString(LEFT, TOP - 30, "As \xa7 3.1 and \xa7 4/5 show, it works.")

    assert addresses(read(draw)) == ["https://github.com/someone/tool-kit"]


def test_it_keeps_the_words_on_either_side(read_lines: Read) -> None:
    (link,) = links_in(read_lines("The code at https://github.com/a/b is ours."))
    assert (link.before, link.after) == ("The code at", "is ours.")


@pytest.mark.parametrize(
    "broken",
    [
        ("https://github.", "com/someone/their-code"),
        ("https://", "github.com/someone/their-code"),
        ("https://github.com/someone/", "their-code"),
        ("https://github.com/someone", "/their-code"),
        ("https://github.com/someone/their-", "code"),
        ("https://github.com/someone/their", "-code"),
        ("https:", "//github.com/someone/their-code"),
    ],
)
def test_it_joins_an_address_broken_over_two_lines(read_lines: Read, broken: tuple[str, str]) -> None:
    document = read_lines(f"The code is at {broken[0]}", f"{broken[1]} for everyone.")
    (link,) = links_in(document)
    assert link.url == "https://github.com/someone/their-code"
    assert len(link.boxes) == 2


@pytest.mark.parametrize("next_line", ["We thank everybody.", "and in the appendix.", "[1] A. Sample.", "https"])
def test_it_ends_an_address_where_the_next_line_is_a_sentence(read_lines: Read, next_line: str) -> None:
    assert addresses(read_lines("The code is at https://github.com/someone/their-code.", next_line)) == [
        "https://github.com/someone/their-code"
    ]


def test_it_drops_a_footnote_mark_glued_to_an_address(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP, "Our code is at https://github.com/someone/tool2")
        width = canvas.stringWidth("Our code is at https://github.com/someone/tool2", "Times-Roman", 10)
        canvas.setFont("Times-Roman", 6)
        canvas.drawString(LEFT + width, TOP + 4, "7")

    assert addresses(read(draw)) == ["https://github.com/someone/tool2"]


def test_it_trusts_the_annotation_where_the_print_is_ambiguous(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        lines(["The code: https://github.com/AUDIT-", "Project/AUDIT is public."])(canvas)
        for row, (left, right) in enumerate([(100, 230), (58, 110)]):
            top = TOP + 9 - 12 * row
            canvas.linkURL("https://github.com/AUDIT-Project/AUDIT/tree/main", (left, top - 12, right, top), relative=0)

    (link,) = links_in(read(draw))
    assert (link.source, link.url) == ("annotation", "https://github.com/AUDIT-Project/AUDIT/tree/main")
    assert len(link.boxes) == 2


def test_it_reads_a_footnote_in_the_light_of_the_sentence_it_belongs_to(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        lines(["We release all of our code"])(canvas)
        width = canvas.stringWidth("We release all of our code", "Times-Roman", 10)
        canvas.setFont("Times-Roman", 6)
        canvas.drawString(LEFT + width, TOP + 4, "3")
        lines(["under a free licence."], top=TOP - 12)(canvas)
        canvas.setFont("Times-Roman", 6)
        canvas.drawString(LEFT, 100, "3")
        canvas.setFont("Times-Roman", 8)
        canvas.drawString(LEFT + 3, 97, "https://github.com/someone/tool")

    document = read(draw)
    (link,) = links_in(document)
    assert link.quote.text.startswith("We release all of our code")
    assert (link.before, link.after) == ("We release all of our code", "3 under a free licence.")


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://github.com/a/b/tree/main/x", "https://github.com/a/b"),
        ("https://github.com/a/b.git", "https://github.com/a/b"),
        ("https://gitlab.com/a/group/b/-/tree/main", "https://gitlab.com/a/group/b"),
        ("https://gitlab.example.org/a/b", "https://gitlab.example.org/a/b"),
        ("https://gitlab.com/a/-/x", None),
        ("https://a.github.io/b", None),
        ("https://github.com/a", None),
        ("https://github.com/features/actions", None),
        ("https://huggingface.co/datasets/a/b", "https://huggingface.co/datasets/a/b"),
    ],
)
def test_it_knows_what_is_a_repository(url: str, root: str | None) -> None:
    assert repository_root(url) == root


def test_it_knows_two_spellings_of_one_address() -> None:
    spellings = ["https://github.com/A/b", "http://www.github.com/a/B.git", "https://github.com/a/b/tree/main/"]
    assert len({key_of(tidy(spelling)) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("url", "words", "kind"),
    [
        ("https://zenodo.org/record/1", "", "data"),
        ("https://huggingface.co/a/b", "", "model"),
        ("https://github.com/a/b", "", "code"),
        ("https://zenodo.org/record/1", "Our code is archived at", "code"),
        ("https://doi.org/10.5281/zenodo.1", "Our code is archived at", "code"),
        ("https://doi.org/10.5281/zenodo.1", "The dataset and code", "data"),
        ("https://anonymous.4open.science/r/x", "", "code"),
        ("https://lab.example.org/x", "The data set is at", "data"),
        ("https://arxiv.org/abs/1", "our code", "paper"),
        ("https://lab.example.org/", "our university", "other"),
    ],
)
def test_it_classes_an_address(url: str, words: str, kind: str) -> None:
    assert kind_of(url, words) == kind
