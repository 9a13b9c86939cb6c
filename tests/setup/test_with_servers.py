"""What the tests need is found, replaced by an address, or asked for in plain words."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import with_servers
from scripts.with_servers import Need

NOWHERE = Need("A server", ("no-such-program",), "no-such-package", "TEST_NOWHERE_URL", "tcp://127.0.0.1:1")


@pytest.fixture
def needs(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set what is needed, on a machine that can install nothing."""
    monkeypatch.setattr(with_servers, "administrator", lambda: None)
    monkeypatch.setattr(with_servers, "start_compose", lambda: False)
    monkeypatch.delenv("TEST_NOWHERE_URL", raising=False)
    return lambda *wanted: monkeypatch.setattr(with_servers, "NEEDS", (*wanted, CHROMIUM))


CHROMIUM = Need("Chromium", (Path(sys.executable).name,), "chromium", "CHROMIUM")


def test_it_runs_the_command_and_hands_on_its_status(needs: Callable[..., None]) -> None:
    needs()
    assert with_servers.main([sys.executable, "-c", "raise SystemExit(7)"]) == 7


def test_it_says_what_to_install_and_which_variable_to_set(
    needs: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    needs(NOWHERE)
    assert with_servers.main([sys.executable, "-c", "raise SystemExit(7)"]) == 1
    told = capsys.readouterr().err
    assert "apt install no-such-package" in told and "TEST_NOWHERE_URL" in told


def test_an_address_replaces_a_program(needs: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    needs(NOWHERE)
    monkeypatch.setenv("TEST_NOWHERE_URL", "tcp://elsewhere")
    assert with_servers.main([sys.executable, "-c", ""]) == 0


def test_compose_hands_its_addresses_to_the_command(
    needs: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs(NOWHERE)
    monkeypatch.setattr(with_servers, "start_compose", lambda: True)
    monkeypatch.setattr(with_servers, "COMPOSE", ("true",))
    look = "import os; raise SystemExit(os.environ['TEST_NOWHERE_URL'] != 'tcp://127.0.0.1:1')"
    assert with_servers.main([sys.executable, "-c", look]) == 0
