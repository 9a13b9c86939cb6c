"""What a hostile repository, link or server may try, and does not achieve."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs.network import PrivateAddressError
from jobs.repositories import preflight
from jobs.repositories.address import address_of
from jobs.repositories.errors import NoRepositoryError, TooBigError
from jobs.repositories.fetch import fetch
from jobs.repositories.git import Git, GitFailedError
from jobs.repositories.objects import list_entries
from jobs.repositories.settings import Mirror, Settings, settings_from
from jobs.repositories.texts import read_texts
from tests.crowd.processes import wait_until
from tests.repositories.builder import GOOD, build, git, nested_tree
from tests.repositories.git_server import GitServer, serve


def texts_of(server: GitServer, settings: Settings, scratch: Path, name: str) -> dict[str, str]:
    fetched = fetch(address_of(f"{server.url}/lab/{name}", settings), settings, scratch)
    return read_texts(fetched.git, list_entries(fetched.git, fetched.commit))


def test_a_redirect_to_another_host_is_not_followed(
    server: GitServer, settings: Settings, scratch: Path, tmp_path: Path
) -> None:
    build(tmp_path / "inside" / "lab" / "tiny.git", GOOD)
    with serve(tmp_path / "inside") as inside:
        server.faults.redirects["lab/tiny"] = f"{inside.url}/lab/tiny.git/info/refs"
        with pytest.raises(NoRepositoryError):
            texts_of(server, settings, scratch, "tiny")
    assert inside.requests == []


def test_a_redirect_that_only_git_meets_is_not_followed(
    server: GitServer, settings: Settings, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path / "inside" / "lab" / "tiny.git", GOOD)
    address = address_of(f"{server.url}/lab/tiny", settings)
    monkeypatch.setattr("jobs.repositories.fetch.find_endpoint", lambda *_: preflight.Endpoint(address, "127.0.0.1"))
    with serve(tmp_path / "inside") as inside:
        server.faults.redirects["lab/tiny"] = f"{inside.url}/lab/tiny.git/info/refs?service=git-upload-pack"
        with pytest.raises(NoRepositoryError, match="not followed"):
            fetch(address, settings, scratch)
    assert inside.requests == []


def test_a_redirect_loop_ends(server: GitServer, settings: Settings, scratch: Path) -> None:
    server.faults.redirects["lab/tiny"] = f"{server.url}/lab/tiny.git/info/refs"
    with pytest.raises(NoRepositoryError, match="redirects more than"):
        texts_of(server, settings, scratch, "tiny")


def test_a_public_host_that_leads_to_a_private_address_is_refused(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def inward(host: str, port: int, allowed: frozenset[str]) -> str:
        assert not allowed
        raise PrivateAddressError(f"{host} leads to 10.0.0.1, which is not a public address.")

    monkeypatch.setattr(preflight, "resolve_public", inward)
    settings = settings_from({})
    with pytest.raises(NoRepositoryError, match="not a public address"):
        fetch(address_of("https://github.com/lab/tiny", settings), settings, scratch)


def test_git_goes_to_the_address_that_was_judged_whatever_the_name_says_later(
    server: GitServer, settings: Settings, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`rebound.invalid` resolves nowhere: git can only arrive because the judged address is pinned."""
    host = f"rebound.invalid:{server.port}"
    own = replace(settings, private_hosts=frozenset({host}), plain_hosts=frozenset({host}))
    monkeypatch.setattr(preflight, "resolve_public", lambda *_: "127.0.0.1")
    fetched = fetch(address_of(f"http://{host}/lab/tiny", own), own, scratch)
    assert len(fetched.commit) == 40
    assert {asked_for for _, _, asked_for in server.requests} == {host}


@pytest.mark.parametrize(
    "link", ["ext::sh -c 'touch {marker}'", "file://{served}/lab/tiny.git", "{served}/lab/tiny.git"]
)
def test_git_itself_refuses_every_other_way_in(
    server: GitServer, settings: Settings, scratch: Path, tmp_path: Path, link: str
) -> None:
    """Even where a bad address got past `address_of`."""
    runner = Git(scratch / "repository.git", scratch, settings.limits)
    runner.run("init", "--quiet", "--bare", "--template=", str(runner.repository))
    bad = link.format(marker=tmp_path / "owned", served=server.root)
    with pytest.raises(GitFailedError, match="not allowed"):
        runner.run("fetch", "--", bad, "HEAD")
    assert not (tmp_path / "owned").exists()


def test_git_is_told_where_its_options_end(
    server: GitServer, settings: Settings, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, ...]] = []
    run = Git.run

    def overheard(runner: Git, *words: str, **how: Any) -> bytes:
        told.append(words)
        return run(runner, *words, **how)

    monkeypatch.setattr(Git, "run", overheard)
    texts_of(server, settings, scratch, "tiny")
    [fetching] = [words for words in told if words[0] == "fetch"]
    assert fetching[-3] == "--"


def test_a_link_out_of_the_repository_shows_nothing(server: GitServer, settings: Settings, scratch: Path) -> None:
    links = {"README.md": ("120000", "/etc/passwd"), "LICENSE": ("120000", "../../../../etc/passwd")}
    build(server.root / "lab/links.git", {"train.py": "print(1)\n"}, links)
    assert texts_of(server, settings, scratch, "links") == {"train.py": "print(1)\n"}


def test_a_link_within_the_repository_shows_its_target(server: GitServer, settings: Settings, scratch: Path) -> None:
    build(server.root / "lab/links.git", {"docs/guide.md": "# Guide\n"}, {"README.md": ("120000", "./docs/guide.md")})
    assert texts_of(server, settings, scratch, "links")["README.md"] == "# Guide\n"


def test_links_in_a_circle_show_nothing(server: GitServer, settings: Settings, scratch: Path) -> None:
    build(server.root / "lab/links.git", {}, {"a.md": ("120000", "b.md"), "b.md": ("120000", "a.md")})
    assert texts_of(server, settings, scratch, "links") == {}


def test_a_submodule_is_listed_and_not_fetched(server: GitServer, settings: Settings, scratch: Path) -> None:
    modules = f'[submodule "x"]\n\tpath = x\n\turl = {server.url}/lab/secret.git\n'
    build(server.root / "lab/parent.git", {".gitmodules": modules}, {"x": ("160000", "1" * 40)})
    fetched = fetch(address_of(f"{server.url}/lab/parent", settings), settings, scratch)
    submodules = [entry.path for entry in list_entries(fetched.git, fetched.commit) if entry.is_submodule]
    assert submodules == ["x"]
    assert not any("secret" in path for _, path, _ in server.requests)


def test_hooks_and_filters_of_theirs_never_run(
    server: GitServer, settings: Settings, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither from the tree nor from the account's own git configuration and templates."""
    marker = tmp_path / "owned"
    home = tmp_path / "home"
    (home / "hooks").mkdir(parents=True)
    hook = home / "hooks" / "reference-transaction"
    hook.write_text(f"#!/bin/sh\ntouch {marker}\n")
    hook.chmod(0o755)
    (home / ".gitconfig").write_text(
        f'[core]\n\thooksPath = {home}/hooks\n[filter "x"]\n\tsmudge = touch {marker}\n[init]\n\ttemplateDir = {home}\n'
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    build(
        server.root / "lab/filters.git", {".gitattributes": "* filter=x\n", "hooks/post-checkout": f"touch {marker}\n"}
    )
    texts_of(server, settings, scratch, "filters")
    assert not marker.exists()
    assert not list(scratch.rglob("hooks/*"))


def test_nothing_of_theirs_becomes_a_file(server: GitServer, settings: Settings, scratch: Path) -> None:
    texts_of(server, settings, scratch, "tiny")
    assert not [path for path in scratch.rglob("*") if path.name in GOOD]


def test_a_tree_that_unfolds_to_millions_of_files_is_a_finding(
    server: GitServer, settings: Settings, scratch: Path
) -> None:
    nested_tree(server.root / "lab/bomb.git", depth=10, width=10)
    narrow = replace(settings, limits=replace(settings.limits, files=1000, listing_bytes=2**20))
    started = time.monotonic()
    with pytest.raises(TooBigError, match="more than 1,000 files"):
        texts_of(server, narrow, scratch, "bomb")
    assert time.monotonic() - started < 10


def test_credentials_of_the_account_are_never_sent(
    server: GitServer, settings: Settings, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    helper = tmp_path / "helper"
    helper.write_text(f"#!/bin/sh\ntouch {asked}\necho password=canary\n")
    helper.chmod(0o755)
    for name in ("GIT_ASKPASS", "SSH_ASKPASS"):
        monkeypatch.setenv(name, str(helper))
    server.faults.statuses["upload-pack"] = 401
    with pytest.raises(NoRepositoryError):
        texts_of(server, settings, scratch, "tiny")
    assert not asked.exists()


def test_git_asked_for_a_password_midway_gives_up(
    server: GitServer, settings: Settings, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = address_of(f"{server.url}/lab/tiny", settings)
    monkeypatch.setattr("jobs.repositories.fetch.find_endpoint", lambda *_: preflight.Endpoint(address, "127.0.0.1"))
    server.faults.statuses["lab/tiny"] = 401
    with pytest.raises(NoRepositoryError, match="no public repository"):
        fetch(address, settings, scratch)


def test_nothing_of_git_is_left_running_after_a_time_out(server: GitServer, settings: Settings, scratch: Path) -> None:
    server.faults.stalls.add("lab/tiny")
    hurried = replace(settings, limits=replace(settings.limits, seconds=1.0, stall_seconds=30))
    with pytest.raises(NoRepositoryError):
        texts_of(server, hurried, scratch, "tiny")
    wait_until(lambda: not _commands_naming(server.url), 10, lambda: str(_commands_naming(server.url)))


def test_a_worker_thread_may_fetch(server: GitServer, settings: Settings, scratch: Path) -> None:
    """The limits are set without code between fork and exec, so threads are no hazard."""
    read: list[dict[str, str]] = []
    thread = threading.Thread(target=lambda: read.append(texts_of(server, settings, scratch, "tiny")))
    thread.start()
    thread.join(20)
    assert read == [GOOD]


def test_a_mirrors_own_configuration_cannot_reach_out(server: GitServer, settings: Settings, scratch: Path) -> None:
    """A filtered clone kept as a mirror would ask its origin for what it lacks."""
    kept = server.root / "kept" / "tiny.git"
    build(kept, {"README.md": "# Kept\n", "gone.py": "print('gone')\n"})
    gone = git(kept, "rev-parse", "HEAD:gone.py")
    (kept / "objects" / gone[:2] / gone[2:]).unlink()
    git(kept, "config", "extensions.partialClone", "origin")
    git(kept, "config", "remote.origin.url", f"{server.url}/lab/tiny.git")
    mirrored = replace(settings, mirrors=(Mirror("https://github.com/lab/", server.root / "kept"),))
    fetched = fetch(address_of("https://github.com/lab/tiny", mirrored), mirrored, scratch)
    texts = read_texts(fetched.git, list_entries(fetched.git, fetched.commit))
    assert texts == {"README.md": "# Kept\n"}
    assert server.requests == []


def _commands_naming(words: str) -> list[str]:
    """Command lines of other processes that hold those words."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes().decode("utf-8", "replace")
            if words in command and process.name != str(os.getpid()):
                found.append(command)
    return found
