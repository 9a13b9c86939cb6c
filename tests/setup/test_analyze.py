"""`make analyze` on a private engine of its own, from PDF to report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def analyze(paper: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jobs.analyze", "--out", str(out), str(paper)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)


def test_it_writes_the_report_of_a_good_paper(tmp_path: Path) -> None:
    done = analyze(ROOT / "samples/good.pdf", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"report.html", "report.json", "report.md"} <= {file.name for file in tmp_path.iterdir()}
    assert json.loads((tmp_path / "report.json").read_text())["overall"]


def test_the_summary_begins_on_a_line_of_its_own(tmp_path: Path) -> None:
    done = analyze(ROOT / "samples/poor.pdf", tmp_path)
    heading, row = done.stdout.splitlines()[-2:]
    assert heading.split() == ["paper", "result", "score", "report"]
    assert row.split()[:2] == ["poor.pdf", "done"] and row.split()[-1] == str(tmp_path / "report.html")


def test_it_refuses_what_is_no_pdf(tmp_path: Path) -> None:
    text = tmp_path / "notes.pdf"
    text.write_text("no paper")
    done = analyze(text, tmp_path / "out")
    assert done.returncode == 2
    assert "is not a PDF" in done.stdout and "Traceback" not in done.stdout + done.stderr


def test_it_says_which_file_is_missing(tmp_path: Path) -> None:
    done = analyze(tmp_path / "nowhere.pdf", tmp_path / "out")
    assert done.returncode == 2
    assert "There is no file" in done.stderr and "Traceback" not in done.stderr
