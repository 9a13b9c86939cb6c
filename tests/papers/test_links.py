"""Links come out whole and once, and the paper's own repository is told from those it cites."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from jobs.papers.document import Document
from jobs.papers.hosts import kind_of, repository_root
from jobs.papers.links import links_in
from jobs.papers.ownership import choose_repository
from jobs.papers.urls import key_of, tidy
from tests.papers.printing import LEFT, TOP, lines

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
    ],
)
def test_it_tidies_an_address(read_lines: Read, found: str, meant: str) -> None:
    assert addresses(read_lines(f"It is at {found} and nowhere else.")) == [meant]


@pytest.mark.parametrize(
    "broken",
    [
        ("https://github.", "com/someone/their-code"),
        ("https://", "github.com/someone/their-code"),
        ("https://github.com/someone/", "their-code"),
        ("https://github.com/someone", "/their-code"),
        ("https://github.com/someone/their-", "code"),
    ],
)
def test_it_joins_an_address_broken_over_two_lines(read_lines: Read, broken: tuple[str, str]) -> None:
    document = read_lines(f"The code is at {broken[0]}", f"{broken[1]} for everyone.")
    (link,) = links_in(document)
    assert link.url == "https://github.com/someone/their-code"
    assert len(link.boxes) == 2


@pytest.mark.parametrize("next_line", ["We thank everybody.", "and in the appendix.", "[1] A. Sample."])
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
    repository = choose_repository(document, [link], "A paper on something", "")
    assert repository is not None
    assert repository.own


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://github.com/a/b/tree/main/x", "https://github.com/a/b"),
        ("https://github.com/a/b.git", "https://github.com/a/b"),
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
        ("https://lab.example.org/x", "The data set is at", "data"),
        ("https://arxiv.org/abs/1", "our code", "paper"),
        ("https://lab.example.org/", "our university", "other"),
    ],
)
def test_it_classes_an_address(url: str, words: str, kind: str) -> None:
    assert kind_of(url, words) == kind


@pytest.mark.parametrize(
    ("sentence", "own"),
    [
        ("Our code is available at https://github.com/someone/tool.", True),
        ("We release the implementation at https://github.com/someone/tool.", True),
        ("Code: https://github.com/someone/tool", True),
        ("We present Toolbox: https://github.com/someone/tool for everyone.", True),
        ("We use the official implementation at https://github.com/someone/tool.", False),
        ("Their code is available at https://github.com/someone/tool.", False),
        ("The baseline was adapted from https://github.com/someone/tool.", False),
        ("A popular library is https://github.com/someone/tool.", False),
    ],
)
def test_it_tells_an_own_repository_by_the_words_near_it(read_lines: Read, sentence: str, own: bool) -> None:
    document = read_lines("# 1 Introduction", "Some words to begin with.", sentence)
    repository = choose_repository(document, links_in(document), "On the nature of things", "Ann Author")
    assert repository is not None
    assert repository.own is own, repository.why
    assert "page 1" in repository.why


def test_it_prefers_the_own_repository_to_a_cited_one(read_lines: Read) -> None:
    document = read_lines(
        "# 1 Introduction",
        "We build on the code of https://github.com/giants/shoulders.",
        "Our code is available at https://github.com/someone/tool.",
    )
    repository = choose_repository(document, links_in(document), "On the nature of things", "")
    assert repository is not None
    assert (repository.root, repository.own) == ("https://github.com/someone/tool", True)


def test_it_claims_nothing_from_the_list_of_references(read_lines: Read) -> None:
    document = read_lines(
        "# 1 Introduction", "Some words.", "# References", "[1] Tool. Code available at https://github.com/x/tool."
    )
    repository = choose_repository(document, links_in(document), "A paper about Tool", "")
    assert repository is not None
    assert not repository.own


def test_it_claims_nothing_where_there_is_nothing(read_lines: Read) -> None:
    document = read_lines("No address at all.", "See https://example.org for our weather.")
    assert choose_repository(document, links_in(document), "Weather", "") is None
