"""`make audit`: it finds what it is there for, and never takes a registry that is silent for one that is content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts import audit

KEY = "".join(("AKIA", "IOSFODNN7", "EXAMPLF"))  # in pieces, or the audit would find it here


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"region = 'eu'\nkey = '{KEY}'\n", "AWS Access Key"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE\n", "Private Key"),
        ("token = '" + "ghp_" + "a1B2" * 9 + "'\n", "GitHub Token"),
    ],
)
def test_it_finds_keys_by_their_shape(tmp_path: Path, text: str, kind: str) -> None:
    file = tmp_path / "settings.py"
    file.write_text(text)
    assert [finding.rsplit(" ", len(kind.split()))[1:] for finding in audit.secrets_in([file])] == [kind.split()]


def test_it_finds_a_password_by_its_name_unless_it_is_invented(tmp_path: Path) -> None:
    file = tmp_path / "settings.py"
    file.write_text("password = 'tr0ub4dor&3'\nurl = 'mysql://papersnitch:secret@db/x'\n")
    found = audit.secrets_in([file], audit.BY_NAME)
    assert len(found) == 1 and found[0].endswith(":1 Secret Keyword")


@pytest.mark.parametrize(
    ("words", "is_forbidden"),
    [
        ("MIT", False),
        ("BSD-3-Clause AND Apache-2.0", False),
        ("AGPL-3.0-only", True),
        ("GPL-2.0-or-later", True),
        ("License :: OSI Approved :: GNU Affero General Public License v3", True),
        ("License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", False),
        ("GPL-3.0-only OR MIT", False),
        ("LGPL-2.1 AND GPL-3.0", True),
        ("SSPL-1.0", True),
    ],
)
def test_it_knows_licences_that_would_bind_ours(words: str, is_forbidden: bool) -> None:
    assert audit.is_forbidden(words) is is_forbidden


def test_nothing_we_install_to_serve_is_under_such_a_licence() -> None:
    looked_at, findings = audit.licences()
    assert findings == []
    assert int(looked_at.split()[0]) > 90, looked_at


HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"], "aliases": []}
PACKAGE = {"name": "one", "version": "1.0", "vulns": [HOLE]}
PASSED_OVER = {"name": "two", "skip_reason": "Dependency not found on PyPI and could not be audited: two (1.0)"}


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ({"dependencies": [PACKAGE, PASSED_OVER]}, ("1 of 2 packages", ["one 1.0: PYSEC-2026-1"])),
        ({"dependencies": [{**PACKAGE, "vulns": []}]}, ("1 of 1 packages", [])),
        ({"dependencies": [PASSED_OVER]}, (audit.UNREACHED, [])),
    ],
)
def test_what_pip_audit_passed_over_counts_as_unknown(told: object, answer: object) -> None:
    assert audit.python_answer(json.dumps(told)) == answer


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        (
            {"metadata": {"dependencies": {"total": 9}}, "vulnerabilities": {"htmx.org": {"severity": "high"}}},
            ("9 packages", ["htmx.org: high"]),
        ),
        ({"metadata": {"dependencies": {"total": 9}}, "vulnerabilities": {}}, ("9 packages", [])),
        ({"message": "audit endpoint returned an error", "statusCode": 405}, (audit.UNREACHED, [])),
    ],
)
def test_npms_answer_is_read_or_said_to_be_missing(told: object, answer: object) -> None:
    assert audit.npm_answer(json.dumps(told)) == answer


@pytest.mark.parametrize("silent", ["", "Traceback (most recent call last)"])
def test_a_registry_that_says_nothing_decides_nothing(silent: str) -> None:
    assert audit.python_answer(silent) == audit.npm_answer(silent) == (audit.UNREACHED, [])


def test_a_finding_fails_and_says_where(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(audit, "our_code", lambda: ("9 lines", ["wsgi.py B602, line 3: a shell"]))
    monkeypatch.setattr(audit, "secrets", lambda: ("1 files", []))
    assert audit.main(["--short"]) == 1
    assert "wsgi.py B602, line 3: a shell" in capsys.readouterr().out


def test_every_place_that_is_argued_away_is_in_the_documents() -> None:
    text = (audit.ROOT / "docs" / "security.md").read_text()
    assert [place for place in sorted(audit.ARGUED) if f"`{place.split()[0]}`" not in text] == []
