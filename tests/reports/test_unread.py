"""What the report says of pages that could not be read: it names them, and the rest is judged as it was found."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.handlers.conftest import Chain


def report_of(good: Chain, folder: Path, **extracted: object) -> tuple[dict[str, Any], str]:
    """The good sample's report had its text been taken so: its values and its Markdown."""
    shutil.copytree(good.folder, folder)
    outputs = {**good.outputs, "extract_text": {**good.outputs["extract_text"], **extracted}}
    chain = Chain(folder, good.paper, {}, outputs)
    chain.run("generate_report")
    return chain.json("generate_report", "report.json"), chain.artifact("generate_report", "report.md").decode()


def test_a_broken_page_is_a_warning_that_names_it(good: Chain, tmp_path: Path) -> None:
    report, markdown = report_of(good, tmp_path / "own", unreadable_pages=[2])
    told = "Page 2 could not be read: the PDF is broken there."
    assert told in report["warnings"] and told in markdown


def test_a_paper_read_whole_has_no_such_warning(good: Chain, tmp_path: Path) -> None:
    report, _ = report_of(good, tmp_path / "own")
    assert not any("could not be read" in warning for warning in report["warnings"])


def test_with_most_pages_broken_nothing_is_said_to_be_missing(poor: Chain, tmp_path: Path) -> None:
    shutil.copytree(poor.folder, tmp_path / "own")
    pages = poor.outputs["extract_text"]["pages"]
    broken = {"pages": 2 * pages + 1, "unreadable_pages": list(range(pages + 1, 2 * pages + 2))}
    outputs = {**poor.outputs, "extract_text": {**poor.outputs["extract_text"], **broken}}
    chain = Chain(tmp_path / "own", poor.paper, {}, outputs)
    chain.run("ai_checks_pdf")
    verdicts = chain.outputs["ai_checks_pdf"]["verdicts"]
    assert all("not_met" not in answers for answers in verdicts.values())
    assert any("not_met" in answers for answers in poor.outputs["ai_checks_pdf"]["verdicts"].values())
