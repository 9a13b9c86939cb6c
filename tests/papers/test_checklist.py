"""The authors' answers to a form are read as declared, and the form is never taken for the paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from jobs.papers.document import Document
from jobs.papers.evidence_rules import Evidence, gather
from tests.papers.printing import lines

Read = Callable[..., Document]
FORM = (
    "1. Claims",
    "Question: Do the main claims reflect the contributions?",
    "Answer: [Yes]",
    "Justification: See Section 1.",
    "Guidelines:",
    "The answer NA means that there are none.",
    "7. Experiment Statistical Significance",
    "Question: Does the paper report error bars, random seeds and 5 GPUs?",
    "Answer: [No]",
    "Justification: It would cost too much.",
    "15. Institutional Review Board (IRB) Approvals",
    "Question: Were IRB approvals obtained?",
    "Answer: [NA]",
    "Justification: No human subjects.",
)
ANSWERS = {"1": "Yes", "7": "No", "15": "NA"}


def kinds(evidence: Evidence) -> set[str]:
    return {finding.kind for finding in evidence.findings}


def test_it_reads_the_authors_own_checklist_as_declared(read_lines: Read) -> None:
    evidence = gather(read_lines("# 1 Introduction", "Some words.", *FORM), "")
    assert evidence.declared == {"neurips": ANSWERS}
    answers = [finding for finding in evidence.findings if finding.kind == "checklist_answer"]
    assert "It would cost too much." in answers[1].quote.text
    assert "Guidelines" not in answers[0].quote.text


@pytest.mark.parametrize(
    "form", [("# NeurIPS Paper Checklist", *FORM), FORM], ids=["with its heading", "without a heading"]
)
def test_it_takes_no_evidence_from_the_checklist(read_lines: Read, form: tuple[str, ...]) -> None:
    evidence = gather(read_lines("# 1 Introduction", "Some words.", *form), "")
    assert not any(evidence.flags.values())
    assert kinds(evidence) == {"checklist_answer"}


def test_it_reads_the_older_form_of_the_checklist(read_lines: Read) -> None:
    document = read_lines(
        "# Checklist",
        "1. For all authors...",
        "(a) Do the main claims reflect the contributions? [Yes]",
        "(b) Did you describe the limitations of your work? [No]",
        "3. If you ran experiments...",
        "(a) Did you include the code? [N/A]",
    )
    assert gather(document, "").declared == {"neurips_2021": {"1a": "Yes", "1b": "No", "3a": "NA"}}


def test_it_reads_a_form_with_numbered_lines(read_lines: Read) -> None:
    numbered = [f"{number} {line}" for number, line in enumerate(FORM, 435)]
    evidence = gather(read_lines("# 1 Introduction", "Some words.", *numbered), "")
    assert evidence.declared == {"neurips": ANSWERS}


def test_it_reads_what_follows_the_form_as_the_paper_again(read: Read) -> None:
    appendix = lines(["We train on eight NVIDIA V100 GPUs in all of our experiments."])
    evidence = gather(read(lines(["# 1 Introduction", "Some words.", *FORM]), appendix), "")
    assert evidence.flags["reports_compute"]
    assert evidence.declared == {"neurips": ANSWERS}


def test_it_takes_an_answer_in_an_example_for_no_form(read_lines: Read) -> None:
    document = read_lines(
        "# 4 Experiments",
        "We prompt the model as follows.",
        "Question: Is the sky green? Answer: No.",
        "Question: Is it blue? Answer: Yes.",
        "We train on eight NVIDIA V100 GPUs.",
    )
    evidence = gather(document, "")
    assert evidence.declared == {}
    assert evidence.flags["reports_compute"]


def test_it_reads_the_form_of_the_acl(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        lines(["# ACL 2023 Responsible NLP Checklist", "A For every submission:"])(canvas)
        rows = (
            ("3", "A1. Did you describe the limitations of your work?"),
            ("7", "C1. Did you report the GPU hours?"),
            ("", "D5. Was it approved by an ethics review board?"),
        )
        for row, (tick, question) in enumerate(rows):
            canvas.setFont("ZapfDingbats", 10)
            canvas.drawString(60, 700 - 20 * row, {"3": "\u2713", "7": "\u2717", "": "\u274f"}[tick])
            canvas.setFont("Times-Roman", 10)
            canvas.drawString(72, 700 - 20 * row, question)

    evidence = gather(read(draw), "")
    assert evidence.declared["acl"]["A1"] == "Yes"
    assert evidence.declared["acl"]["C1"] == "No"
    assert not any(evidence.flags.values())


@pytest.mark.parametrize("answer", ["[Yes]", "Yes", "[ Yes ]", "[YES]"])
def test_it_reads_an_answer_however_it_is_bracketed(read_lines: Read, answer: str) -> None:
    form = [line.replace("[Yes]", answer) for line in FORM]
    assert gather(read_lines("# 1 Introduction", "Some words.", *form), "").declared == {"neurips": ANSWERS}
