"""Where the token lies, who may read it, and which site it is sent to."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from papersnitch_client import settings
from papersnitch_client.errors import ClientError, NoTokenError
from papersnitch_client.settings import Entry
from tests.client.conftest import Terminal


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose file lies in a folder that is not there yet."""
    return {"PAPERSNITCH_CONFIG": str(tmp_path / "new" / "config.json")}


def test_only_its_owner_may_read_the_file(home: dict[str, str]) -> None:
    for token in ("psn_one", "psn_two"):
        place = settings.keep(Entry("https://a.example", token), home)
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert settings.entry(home) == Entry("https://a.example", "psn_two")


def test_a_file_that_others_may_read_is_refused(home: dict[str, str]) -> None:
    settings.keep(Entry("https://a.example", "psn_one"), home).chmod(0o640)
    with pytest.raises(ClientError, match="chmod 600"):
        settings.entry(home)


def test_a_token_goes_to_no_other_site(home: dict[str, str]) -> None:
    settings.keep(Entry("https://a.example", "psn_a"), home)
    settings.keep(Entry("https://b.example", "psn_b"), home)
    assert settings.entry(home) == Entry("https://b.example", "psn_b")
    assert settings.entry(home | {"PAPERSNITCH_URL": "https://a.example/"}) == Entry("https://a.example", "psn_a")
    with pytest.raises(NoTokenError):
        settings.entry(home | {"PAPERSNITCH_URL": "https://c.example"})


def test_the_environment_needs_no_file(home: dict[str, str]) -> None:
    both = {"PAPERSNITCH_URL": "https://a.example", "PAPERSNITCH_TOKEN": "psn_a"}
    assert settings.entry(home | both) == Entry("https://a.example", "psn_a")
    with pytest.raises(NoTokenError):
        settings.entry(home | {"PAPERSNITCH_TOKEN": "psn_a"})


@pytest.mark.xdist_group("client site")
def test_it_signs_in_once_the_token_has_opened_the_site(terminal: Terminal, tmp_path: Path) -> None:
    url, token = terminal.environment["PAPERSNITCH_URL"], terminal.environment["PAPERSNITCH_TOKEN"]
    bare = Terminal({"PAPERSNITCH_CONFIG": str(tmp_path / "config.json")})
    wrong = bare.run("login", input=f"{url}\npsn_{'A' * 43}\n")
    assert wrong.exit_code == 4 and not (tmp_path / "config.json").exists()
    done = bare.run("login", input=f"{url}\n{token}\n")
    assert done.exit_code == 0 and "may write" in done.stdout and token not in done.output
    assert json.loads((tmp_path / "config.json").read_text()) == {"site": url, "tokens": {url: token}}
    assert bare.told("papers") == []
