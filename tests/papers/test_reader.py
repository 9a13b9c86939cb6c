"""What the child that reads PDFs loads and refuses."""

from __future__ import annotations

import subprocess
import sys

from tests.papers.conftest import ROOT


def test_it_loads_neither_the_web_framework_nor_the_database() -> None:
    """Each run starts three such children: what they load, every paper pays for."""
    loaded = "import sys, jobs.papers.reader; print([n for n in ('flask', 'sqlalchemy', 'rq') if n in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
