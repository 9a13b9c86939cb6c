"""The documentation as a site: whole, without a dead link, and asking no other host for anything."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.documentation.blocks import ROOT

ASKS = re.compile(
    r"<(?:script|img|iframe|source|link rel=\"?(?:stylesheet|preconnect|preload|icon)\"?)[^>]*https?://[^>]*>"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make docs` builds it, in a folder of its own; fails on any dead link or anchor."""
    folder = tmp_path_factory.mktemp("documentation")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("reference"))
    tell = [sys.executable, "-m", "scripts.reference", str(folder / "docs" / "reference")]
    subprocess.run(tell, cwd=ROOT, check=True)
    build = [str(Path(sys.executable).with_name("zensical")), "build", "--strict"]
    built = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder / ".site"


def test_every_page_is_in_the_navigation(site: Path) -> None:
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    named = set(re.findall(r"[\w/-]+\.md", yaml.safe_dump(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"])))
    assert written | {"reference/commands.md", "reference/api.md"} == named


def test_the_pages_that_repeat_the_code_tell_every_command_and_address(site: Path) -> None:
    assert 'id="start-workflow"' in (site / "reference/commands/index.html").read_text()
    assert "/api/v1/runs/{run_id}/retry" in (site / "reference/api/index.html").read_text()


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    asked = [asked for page in site.rglob("*.html") for asked in ASKS.findall(page.read_text())]
    assert asked == []
