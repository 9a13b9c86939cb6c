"""Zips that are written while they are sent: whole, plainly named, and never in memory."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import artifacts, outcomes
from dashboard.views import zips
from tests.views.conftest import Lab, claim, keep, start

AT = datetime(2026, 3, 1, 12, 30, 2, tzinfo=UTC)
LARGE = 200_000_000
MOST_GROWTH_KIB = 32 * 1024
# A process of its own: what it grows by is the zip's alone.
GROWTH = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from dashboard.views import zips

members = [zips.Member(name, Path(name), datetime(2026, 1, 1, tzinfo=UTC)) for name in sys.argv[1:]]
sum(map(len, zips.stream([zips.Member("first", b"x" * zips.CHUNK, datetime(2026, 1, 1, tzinfo=UTC))])))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sent = sum(map(len, zips.stream(members)))
print(sent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_files_and_bytes_come_out_as_they_went_in(tmp_path: Path) -> None:
    large = b"".join(number.to_bytes(4) for number in range(200_000))
    (tmp_path / "a").write_bytes(large)
    members = [
        zips.Member("first/a.bin", tmp_path / "a", AT),
        zips.Member("b.png", b"\x89PNG", AT),
        zips.Member("c", b"", AT),
    ]
    with zipfile.ZipFile(io.BytesIO(b"".join(zips.stream(members)))) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in archive.namelist()] == [large, b"\x89PNG", b""]
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 3, 1, 12, 30, 2)}


@pytest.mark.parametrize("ending", ["bin", "gz"])
def test_a_large_file_is_never_in_memory(tmp_path: Path, ending: str) -> None:
    """Packed or stored: 200 MB of holes, which the system reads as zeros."""
    large = tmp_path / f"large.{ending}"
    with large.open("wb") as file:
        file.truncate(LARGE)
    done = subprocess.run([sys.executable, "-c", GROWTH, str(large)], capture_output=True, text=True, check=True)
    sent, growth = map(int, done.stdout.split())
    assert sent > (LARGE if ending == "gz" else 100_000)
    assert growth <= MOST_GROWTH_KIB


@pytest.fixture
def oddly_named(app: Flask, lab: Lab) -> int:
    """A run with files whose names mean something to some system, one of which the store has lost."""
    with app.app_context():
        run_id = start(lab)
        kept = [
            keep(name, "text/plain", name.encode())
            for name in ("..", "..\\..\\evil.txt", "c:evil", "lost.txt", "fine.txt")
        ]
        outcomes.succeed(claim(), {}, kept)
        outcomes.succeed(claim(), {})
        artifacts.path_of(kept[3].sha256).unlink()
        return run_id


def test_names_are_plain_and_a_lost_file_is_named(member: FlaskClient, oddly_named: int) -> None:
    answer = member.get(f"/runs/{oddly_named}/artifacts.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == sorted(
            ["first/artifact", "first/.._.._evil.txt", "first/c_evil", "first/fine.txt", "MISSING.txt"]
        )
        assert archive.read("MISSING.txt").decode().startswith("first/lost.txt: ")
