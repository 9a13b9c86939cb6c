"""fetch_repo and check_repo as the engine runs them: findings go on, failures say what failed."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable

import pytest

from dashboard.engine.errors import TransientError
from tests.handlers.conftest import Chain
from tests.repositories.builder import build
from tests.repositories.git_server import GitServer

Run = Callable[..., Chain]


def test_a_repository_is_fetched_and_checked(server: GitServer, run_on: Run) -> None:
    chain = run_on(f"{server.url}/lab/tiny/tree/main/code", REPOSITORY_PRIVATE_HOSTS=server.url)
    fetched, checked = chain.outputs["fetch_repo"], chain.outputs["check_repo"]
    assert (fetched["found"], fetched["files"], fetched["subpath"]) == (True, 4, "tree/main/code")
    assert checked["facts"]["licence"]["value"] == "MIT"


def test_every_place_holds_the_very_line_it_names(server: GitServer, run_on: Run) -> None:
    chain = run_on(f"{server.url}/lab/tiny", REPOSITORY_PRIVATE_HOSTS=server.url)
    texts = chain.json("fetch_repo", "repository.json")["texts"]
    facts = chain.json("check_repo", "repo_facts.json")["facts"]
    places = [place for fact in facts.values() for place in fact["places"] if place["line"]]
    assert places
    for place in places:
        assert texts[place["path"]].split("\n")[place["line"] - 1].strip() == place["text"]
        assert place["commit"] == chain.outputs["fetch_repo"]["commit"]


def test_a_paper_without_a_repository_goes_on(run_on: Run) -> None:
    chain = run_on(None)
    assert chain.outputs["fetch_repo"]["reason"] == "The paper names no code repository."
    assert chain.outputs["check_repo"] == {
        "found": False,
        "reason": "The paper names no code repository.",
        "facts": {},
    }


def test_a_missing_repository_goes_on_with_its_reason(server: GitServer, run_on: Run) -> None:
    chain = run_on(f"{server.url}/lab/gone", REPOSITORY_PRIVATE_HOSTS=server.url)
    assert "There is no public repository" in chain.outputs["check_repo"]["reason"]


def test_a_host_that_is_not_listed_goes_on_with_its_reason(run_on: Run) -> None:
    chain = run_on("https://git.example.org/lab/tiny")
    assert "git.example.org is not among the hosts" in chain.outputs["fetch_repo"]["reason"]


def test_a_listed_host_that_refuses_fails_the_node_to_be_tried_again(run_on: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(TransientError, match="cannot be reached: connection refused"):
            run_on(f"{host}/lab/tiny", REPOSITORY_PRIVATE_HOSTS=host)


def test_nothing_is_left_on_the_disk(
    server: GitServer, run_on: Run, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    run_on(f"{server.url}/lab/tiny", REPOSITORY_PRIVATE_HOSTS=server.url)
    assert list(temporary.iterdir()) == []


def test_odd_bytes_in_names_and_texts_still_make_a_record(server: GitServer, run_on: Run) -> None:
    odd: dict[str, str | bytes] = {
        "caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{GRINNING FACE}.md": "x",
        "README.md": b"\xff\xfeh\0i\0",
        "a.py": b"print('\xf0\x9f\x98\x80\xed\xa0\x80')\n",
        "b.py": b"\0\1",
    }
    build(server.root / "lab/odd.git", odd)
    chain = run_on(f"{server.url}/lab/odd", REPOSITORY_PRIVATE_HOSTS=server.url)
    record = chain.json("fetch_repo", "repository.json")
    assert record["texts"]["README.md"] == "hi"
    assert "b.py" not in record["texts"]
    assert {file["path"] for file in record["files"]} == set(odd)
    json.dumps(record, ensure_ascii=False).encode("utf-8")
