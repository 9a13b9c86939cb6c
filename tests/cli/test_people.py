"""`flask create-user`, `flask sign-in-link` and `flask add-paper`."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.engine import resets
from dashboard.extensions import db
from dashboard.models import Membership, User
from tests import factories
from tests.cli.conftest import Flasked

PASSWORD = "correct horse battery"


def test_it_makes_a_person_in_a_new_team(flask: Flasked) -> None:
    result = flask("create-user", "Ada@Example.org", "--team", "Analysts", "--role", "admin", "--password", PASSWORD)
    assert result.output == "ada@example.org can sign in, as admin of Analysts.\n"
    assert [(each.role, each.team.name) for each in db.session.query(Membership)] == [("admin", "Analysts")]


def test_it_puts_a_second_person_into_the_same_team(flask: Flasked) -> None:
    for name in ("ada", "bob"):
        flask("create-user", f"{name}@example.org", "--team", "Analysts", "--password", PASSWORD)
    assert len({each.team_id for each in db.session.query(Membership)}) == 1


def test_it_refuses_the_same_address_twice(flask: Flasked) -> None:
    flask("create-user", "ada@example.org", "--password", PASSWORD)
    result = flask("create-user", "ADA@example.org", "--password", PASSWORD)
    assert result.exit_code == 1 and "can sign in already" in result.output


@pytest.mark.parametrize(("address", "password"), [("ada", PASSWORD), ("ada@example.org", "short")])
def test_it_refuses_what_no_one_could_use(flask: Flasked, address: str, password: str) -> None:
    assert flask("create-user", address, "--password", password).exit_code == 1
    assert db.session.query(User).count() == 0


def test_it_never_stores_a_password(flask: Flasked) -> None:
    flask("create-user", "ada@example.org", "--password", PASSWORD)
    stored = db.session.query(User).one().password_hash
    assert stored is not None and stored.startswith("$argon2id$") and PASSWORD not in stored


def test_it_prints_a_link_while_nobody_can_sign_in(flask: Flasked) -> None:
    assert "http://here:1/welcome/" in flask("sign-in-link", "--base-url", "http://here:1").output


def test_it_prints_no_link_once_somebody_can(flask: Flasked) -> None:
    factories.user()
    assert flask("sign-in-link").exit_code == 1
    assert flask("sign-in-link", "--first", "--base-url", "http://here:1").output == "PaperSnitch is at http://here:1\n"


def test_it_prints_a_link_to_a_new_password(flask: Flasked) -> None:
    address = factories.user().email
    printed = flask("sign-in-link", address.upper(), "--base-url", "http://here:1").output
    assert "http://here:1/reset/" in printed
    assert resets.find(printed.split("/reset/")[1].strip()).email == address


def test_it_prints_no_such_link_for_nobody_and_none_for_the_disabled(flask: Flasked) -> None:
    disabled = factories.user(is_disabled=True).email
    nobody, gone = (flask("sign-in-link", email) for email in ("nobody@example.org", disabled))
    assert nobody.exit_code == 1 and "Nobody here is nobody@example.org" in nobody.output
    assert gone.exit_code == 1 and "disabled" in gone.output


@pytest.mark.parametrize(
    "typed", ["ADA@Example.ORG", " ada@example.org ", "\uff41da@example.org", "ada@EXAMPLE\u3002org"]
)
def test_one_mailbox_is_one_person_however_it_is_typed(flask: Flasked, typed: str) -> None:
    flask("create-user", "ada@example.org", "--password", PASSWORD)
    assert "can sign in already" in flask("create-user", typed, "--password", PASSWORD).output


def test_it_makes_the_admin_that_the_environment_presets(flask: Flasked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERSNITCH_ADMIN_EMAIL", "ada@example.org")
    monkeypatch.setenv("PAPERSNITCH_ADMIN_PASSWORD", PASSWORD)
    assert "ada@example.org can sign in" in flask("sign-in-link", "--first").output
    assert db.session.query(User).one().is_operator


def test_it_adds_a_paper_once(flask: Flasked, tmp_path: Path) -> None:
    factories.team("Analysts")
    (tmp_path / "fine.pdf").write_bytes(factories.SMALLEST_PDF)
    first, second = (flask("add-paper", tmp_path / "fine.pdf") for _ in range(2))
    assert first.output.startswith("Paper ") and second.output == first.output.strip() + " (was here already)\n"


def test_it_asks_which_team_where_there_are_several(flask: Flasked, tmp_path: Path) -> None:
    factories.team("Analysts")
    factories.team("Biologists")
    (tmp_path / "fine.pdf").write_bytes(factories.SMALLEST_PDF)
    result = flask("add-paper", tmp_path / "fine.pdf")
    assert result.exit_code == 1 and "--team" in result.output
    assert flask("add-paper", tmp_path / "fine.pdf", "--team", "Biologists").exit_code == 0


def test_it_refuses_a_file_that_is_no_pdf(flask: Flasked, tmp_path: Path) -> None:
    factories.team()
    (tmp_path / "page.pdf").write_text("<html>")
    result = flask("add-paper", tmp_path / "page.pdf")
    assert result.exit_code == 1 and "not a PDF" in result.output
