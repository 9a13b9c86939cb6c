"""The paper's own repository is told from those it cites, and none is claimed where the paper claims none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from jobs.papers.document import Document
from jobs.papers.links import links_in
from jobs.papers.ownership import Repository, choose_repository, project_pages
from jobs.papers.wording import SAYS_SO, whose
from tests.papers.printing import LEFT, TOP, lines

Read = Callable[..., Document]

OWN = [
    "Our code is available at @.",
    "We release the implementation at @.",
    "Code: @",
    "Source code and trained models: @",
    "Code and data available at @.",
    "The code and models are publicly available at @",
    "All code can be found at @.",
    "Code is available here: @",
    "Project page: @",
    "Code to reproduce our experiments can be found at @",
    "The source code for this paper is hosted on GitHub (@).",
    "To foster reproducibility, we make our code publicly available (@).",
    "Our implementation, based on fairseq, is available at @.",
    "1Code available at @",
    "Codes are released at @",
    "The scripts used for the analyses are archived at @.",
    "We open-source our toolkit at @.",
    "Replication package: @",
    "Data and code are available from @",
    "The full code and data have been deposited in @.",
    "Supplementary code: @",
    "All materials, including code and data, are available at @",
    "Simulation code is openly available on Zenodo (@).",
    "The code used in this study is available at @.",
    "Our code, which builds on MMDetection, can be found at @",
    "O código-fonte está disponível em @",
    "El código está disponible en @",
    "Le code source est disponible à l'adresse @",
    "Der Quellcode ist unter @ verfügbar.",
    "Il codice è disponibile su @",
    "代码已开源：@",
    "コードは @ で公開している",
    "Our code will be released at @",
]
NOT_OWN = [
    "We use the official implementation at @.",
    "Their code is available at @.",
    "The baseline was adapted from @.",
    "A popular library is @.",
    "We use the code of X (@)",
    "For the baselines, the code is available at @",
    "We implemented our model in PyTorch (@).",
    "Smith et al. released their code at @.",
    "Our implementation is based on @.",
    "Our method outperforms BERT (@).",
    "We train our model using @.",
    "The code of BERT is available at @",
    "We downloaded the data from @.",
    "The dataset can be downloaded from @.",
    "We provide a comparison with X, using their code @.",
    "All models were trained with the Hugging Face library (@).",
    "Following prior work, we evaluate using @",
    "We adopt the open-source implementation provided by the authors: @",
    "The authors of [3] provide code at @",
    "We extend the repository of Smith (@) with new functions.",
    "ROUGE scores are computed with the package at @",
    "The κ scores are measured using the library @.",
    "We propose an extension of X @",
    "Our experiments are run with the code from @",
    "We fine-tune the pre-trained weights released by @",
    "This was implemented on top of @",
    "We compare to A (@) and B.",
    "Several tools such as @ exist.",
    "See for example @.",
    "Our code is available on request; we used @ for plotting.",
    "We thank the developers of @.",
    "MNIST is available at @",
    "Pre-trained weights were obtained from @.",
]


def chosen(document: Document, title: str = "On the nature of things", authors: str = "") -> Repository | None:
    return choose_repository(document, links_in(document), title, authors)


@pytest.mark.parametrize("sentence", OWN)
def test_it_hears_that_the_paper_shares_its_own(sentence: str) -> None:
    before, _, after = sentence.partition("@")
    assert whose(before.strip(), after.strip()).score >= SAYS_SO


@pytest.mark.parametrize("sentence", NOT_OWN)
def test_it_hears_that_the_paper_speaks_of_others(sentence: str) -> None:
    before, _, after = sentence.partition("@")
    assert whose(before.strip(), after.strip()).score < SAYS_SO


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
    repository = chosen(document, authors="Ann Author")
    assert repository is not None
    assert repository.own is own, repository.why
    assert "page 1" in repository.why


def test_it_prefers_the_own_repository_to_a_cited_one(read_lines: Read) -> None:
    document = read_lines(
        "# 1 Introduction",
        "We build on the code of https://github.com/giants/shoulders.",
        "Our code is available at https://github.com/someone/tool.",
    )
    repository = chosen(document)
    assert repository is not None
    assert (repository.root, repository.own) == ("https://github.com/someone/tool", True)


def test_it_claims_nothing_from_the_list_of_references(read_lines: Read) -> None:
    document = read_lines(
        "# 1 Introduction", "Some words.", "# References", "[1] Tool. Code available at https://github.com/x/tool."
    )
    repository = chosen(document, "A paper about Tool")
    assert repository is not None
    assert not repository.own


def test_it_claims_nothing_where_there_is_nothing(read_lines: Read) -> None:
    document = read_lines("No address at all.", "See https://example.org for our weather.")
    assert chosen(document, "Weather") is None


def test_it_finds_an_own_repository_among_the_references_by_the_sentence_that_cites_it(read_lines: Read) -> None:
    document = read_lines(
        "# 1 Introduction",
        "The implementation is available for download [2]. We compare it with [1, 3].",
        "# References",
        "[1] A. Other. Other code. https://github.com/other/code",
        "[2] A. Author. Source code. https://github.com/author/thing",
        "[3] B. Other. More code. https://github.com/other/more",
    )
    repository = chosen(document)
    assert repository is not None
    assert (repository.root, repository.own) == ("https://github.com/author/thing", True)


def test_it_finds_an_own_repository_among_the_references_by_what_the_entry_says(read_lines: Read) -> None:
    document = read_lines(
        "# 1 Introduction", "As said in [7].", "# References", "[7] Source code of this paper. https://github.com/a/b"
    )
    repository = chosen(document)
    assert repository is not None
    assert repository.own


def test_it_takes_a_link_that_stands_by_itself_under_the_title(read_lines: Read) -> None:
    document = read_lines("# A Title", "Ann Author", "https://github.com/someone/xyz", "# 1 Introduction", "Words.")
    repository = chosen(document)
    assert repository is not None
    assert repository.own


def test_it_does_not_take_a_subject_for_an_own_repository(read_lines: Read) -> None:
    document = read_lines("# 1 Introduction", "Torch (https://github.com/torch/torch7) is a popular library.")
    repository = chosen(document, "An Empirical Study of Bugs in Torch7 Programs")
    assert repository is not None
    assert not repository.own


@pytest.mark.parametrize("host", ["zenodo.org/record/12", "osf.io/ab3cd", "huggingface.co/someone/thing"])
def test_it_takes_an_archive_for_the_home_of_code_where_the_paper_says_so(read_lines: Read, host: str) -> None:
    said = chosen(read_lines("# 1 Introduction", "Some words.", f"Our code is available at https://{host}."))
    assert said is not None
    assert (said.url, said.root is None or "huggingface" in host, said.own) == (f"https://{host}", True, True)
    assert chosen(read_lines("# 1 Introduction", "Some words.", f"The images are at https://{host}.")) is None


def test_it_takes_a_copy_made_for_reviewers_for_the_papers_own(read_lines: Read) -> None:
    repository = chosen(read_lines("# 1 Introduction", "Words.", "See https://anonymous.4open.science/r/a-1 for more."))
    assert repository is not None
    assert repository.own


def test_it_names_the_repository_and_not_a_file_in_it(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        lines(["Our code, as well as our appendix, is available on our page."])(canvas)
        canvas.linkURL("https://github.com/someone/thing/blob/main/appendix.pdf", (LEFT, TOP - 2, 180, TOP + 8))

    repository = chosen(read(draw))
    assert repository is not None
    assert repository.url == "https://github.com/someone/thing"


def test_it_reads_a_footnote_in_the_light_of_the_words_before_its_mark(read: Read) -> None:
    def mark(canvas: Canvas, x: float, y: float) -> None:
        canvas.setFont("Times-Roman", 6)
        canvas.drawString(x, y, "3")

    def draw(canvas: Canvas) -> None:
        lines(["We use Torch"])(canvas)
        mark(canvas, LEFT + canvas.stringWidth("We use Torch", "Times-Roman", 10), TOP + 4)
        lines(["and release our code later."], top=TOP - 12)(canvas)
        mark(canvas, LEFT, 100)
        canvas.setFont("Times-Roman", 8)
        canvas.drawString(LEFT + 3, 97, "https://github.com/someone/tool")

    repository = chosen(read(draw))
    assert repository is not None
    assert not repository.own


@pytest.mark.parametrize(
    ("sentence", "pages"),
    [
        ("Project page: https://lab.example.org/thing", 1),
        ("Videos are available on our website https://lab.example.org/thing.", 1),
        ("Project page: https://github.com/someone/thing", 0),
        ("We use the data of the project page https://lab.example.org/thing.", 0),
        ("We work at https://lab.example.org/thing.", 0),
    ],
)
def test_it_knows_the_page_of_the_project(read_lines: Read, sentence: str, pages: int) -> None:
    document = read_lines("# 1 Introduction", "Some words.", sentence)
    assert len(project_pages(links_in(document))) == pages
