"""One commit is fetched from a real server, and what goes wrong on the way is told apart."""

from __future__ import annotations

import random
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.engine.errors import TransientError
from jobs.network import NoNetworkError
from jobs.repositories import preflight
from jobs.repositories.address import address_of
from jobs.repositories.errors import AbsentError, NoRepositoryError, TooBigError, TooSlowError
from jobs.repositories.fetch import Fetched, fetch
from jobs.repositories.objects import list_entries
from jobs.repositories.settings import Mirror, Settings, settings_from
from jobs.repositories.texts import read_texts
from tests.repositories.builder import GOOD, build, git
from tests.repositories.git_server import GitServer


def fetch_path(server: GitServer, settings: Settings, scratch: Path, path: str = "lab/tiny") -> Fetched:
    return fetch(address_of(f"{server.url}/{path}", settings), settings, scratch)


def test_it_fetches_the_head_commit_and_its_texts(server: GitServer, settings: Settings, scratch: Path) -> None:
    fetched = fetch_path(server, settings, scratch)
    assert fetched.commit == git(server.root / "lab/tiny.git", "rev-parse", "HEAD")
    texts = read_texts(fetched.git, list_entries(fetched.git, fetched.commit))
    assert texts == GOOD


def test_it_takes_only_the_newest_commit(server: GitServer, settings: Settings, scratch: Path) -> None:
    repository = server.root / "lab/tiny.git"
    second = git(repository, "commit-tree", "-p", "HEAD", "-m", "Second", "HEAD^{tree}")
    git(repository, "update-ref", "refs/heads/main", second)
    fetched = fetch_path(server, settings, scratch)
    assert fetched.git.run("rev-list", "--count", fetched.commit).strip() == b"1"


def test_it_leaves_big_files_behind_but_lists_them(server: GitServer, settings: Settings, scratch: Path) -> None:
    build(server.root / "lab/heavy.git", {"README.md": "# Heavy\n", "model.pt": b"\0" * 300_000})
    small = replace(settings, limits=replace(settings.limits, blob_bytes=100_000))
    fetched = fetch_path(server, small, scratch, "lab/heavy")
    sizes = {entry.path: entry.size for entry in list_entries(fetched.git, fetched.commit)}
    assert sizes == {"README.md": 8, "model.pt": None}


def test_reading_what_was_left_behind_asks_the_server_nothing(
    server: GitServer, settings: Settings, scratch: Path
) -> None:
    build(server.root / "lab/heavy.git", {"README.md": "# Heavy\n", "model.pt": b"\0" * 300_000})
    small = replace(settings, limits=replace(settings.limits, blob_bytes=100_000))
    fetched = fetch_path(server, small, scratch, "lab/heavy")
    asked = len(server.requests)
    read_texts(fetched.git, list_entries(fetched.git, fetched.commit))
    assert len(server.requests) == asked


@pytest.mark.parametrize("status", [404, 401, 403, 410, 451])
def test_a_repository_that_is_not_handed_out_is_a_finding(
    server: GitServer, settings: Settings, scratch: Path, status: int
) -> None:
    server.faults.statuses["lab/tiny"] = status
    with pytest.raises(NoRepositoryError, match=str(status)):
        fetch_path(server, settings, scratch)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_server_is_worth_another_try(server: GitServer, settings: Settings, scratch: Path, status: int) -> None:
    server.faults.statuses["lab/tiny"] = status
    with pytest.raises(TransientError, match=rf"127\.0\.0\.1:\d+ answers {status}"):
        fetch_path(server, settings, scratch)


def test_a_page_that_is_no_repository_is_a_finding(server: GitServer, settings: Settings, scratch: Path) -> None:
    server.faults.pages.add("lab/tiny")
    with pytest.raises(NoRepositoryError, match="a page, not a git repository"):
        fetch_path(server, settings, scratch)


def test_an_empty_repository_is_a_finding(server: GitServer, settings: Settings, scratch: Path) -> None:
    git(server.root / "lab/tiny.git", "update-ref", "-d", "refs/heads/main")
    with pytest.raises(NoRepositoryError, match="is empty"):
        fetch_path(server, settings, scratch)


def test_a_refused_connection_is_worth_another_try_and_names_the_host(settings: Settings, scratch: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        own = replace(settings, private_hosts=frozenset({host}), plain_hosts=frozenset({host}))
        with pytest.raises(TransientError, match=rf"{host} cannot be reached: connection refused"):
            fetch(address_of(f"http://{host}/lab/tiny", own), own, scratch)


def test_a_silent_server_is_worth_another_try(server: GitServer, settings: Settings, scratch: Path) -> None:
    server.faults.hangs.add("info/refs")
    with pytest.raises(TransientError, match="no answer within 1 seconds"):
        fetch_path(server, settings, scratch)


def test_a_transfer_that_stalls_is_worth_another_try(server: GitServer, settings: Settings, scratch: Path) -> None:
    server.faults.stalls.add("lab/tiny")
    with pytest.raises(TransientError, match="broke off the fetch"):
        fetch_path(server, settings, scratch)


def test_a_transfer_cut_short_is_worth_another_try(server: GitServer, settings: Settings, scratch: Path) -> None:
    server.faults.cuts.add("lab/tiny")
    with pytest.raises(TransientError, match="broke off the fetch"):
        fetch_path(server, settings, scratch)


def test_taking_too_long_is_a_finding_that_names_the_limit(
    server: GitServer, settings: Settings, scratch: Path
) -> None:
    server.faults.stalls.add("lab/tiny")
    hurried = replace(settings, limits=replace(settings.limits, seconds=1.0, stall_seconds=30))
    with pytest.raises(TooSlowError, match="longer than 1 seconds"):
        fetch_path(server, hurried, scratch)


def test_being_too_big_is_a_finding_that_names_the_limit(server: GitServer, settings: Settings, scratch: Path) -> None:
    noise = {f"part{number}.bin": _noise(number) for number in range(8)}
    build(server.root / "lab/heavy.git", noise)
    narrow = replace(settings, limits=replace(settings.limits, pack_bytes=2 * 2**20))
    with pytest.raises(TooBigError, match="larger than 2 MB"):
        fetch_path(server, narrow, scratch, "lab/heavy")


def test_no_network_is_a_finding(
    server: GitServer, settings: Settings, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unresolved(*_: object) -> str:
        raise NoNetworkError("no resolver")

    monkeypatch.setattr(preflight, "resolve_public", unresolved)
    with pytest.raises(NoRepositoryError, match=r"No network: the name 127\.0\.0\.1 could not be resolved"):
        fetch_path(server, settings, scratch)


def test_a_cancelled_run_stops_the_fetch(server: GitServer, settings: Settings, scratch: Path) -> None:
    server.faults.stalls.add("lab/tiny")
    with pytest.raises(TransientError, match="cancelled"):
        fetch(address_of(f"{server.url}/lab/tiny", settings), settings, scratch, stopped=lambda: True)


def test_a_renamed_repository_is_followed_on_its_own_host(server: GitServer, settings: Settings, scratch: Path) -> None:
    server.faults.redirects["lab/old"] = f"{server.url}/lab/tiny.git/info/refs?service=git-upload-pack"
    fetched = fetch_path(server, settings, scratch, "lab/old/tree/main/code")
    assert fetched.url == f"{server.url}/lab/tiny"


@pytest.mark.parametrize("kind", ["tiny.git", "tiny"])
def test_a_mirror_is_read_without_network(server: GitServer, settings: Settings, scratch: Path, kind: str) -> None:
    commit = build(server.root / "kept" / kind, GOOD)
    mirrored = replace(settings, mirrors=(Mirror("https://github.com/lab/", server.root / "kept"),))
    fetched = fetch(address_of("https://github.com/lab/tiny", mirrored), mirrored, scratch)
    assert (fetched.commit, fetched.mirror, server.requests) == (commit, True, [])


def test_a_bundle_in_a_mirror_is_read_without_network(server: GitServer, settings: Settings, scratch: Path) -> None:
    bundle = server.root / "tiny.bundle"
    git(server.root / "lab/tiny.git", "bundle", "create", str(bundle), "HEAD", "main")
    mirrored = replace(settings, mirrors=(Mirror("https://github.com/lab/", server.root),))
    fetched = fetch(address_of("https://github.com/lab/tiny", mirrored), mirrored, scratch)
    assert read_texts(fetched.git, list_entries(fetched.git, fetched.commit)) == GOOD


def detoured(settings: Settings, server: GitServer) -> Settings:
    """The settings of an organisation whose workers reach GitHub by its own git mirror alone."""
    read = settings_from({"REPOSITORY_MIRRORS": f"https://github.com/={server.url}/"})
    return replace(read, limits=settings.limits)


def test_a_mirror_with_a_url_is_asked_in_the_hosts_stead(server: GitServer, settings: Settings, scratch: Path) -> None:
    own = detoured(settings, server)
    fetched = fetch(address_of("https://github.com/lab/tiny/tree/main", own), own, scratch)
    assert (fetched.url, fetched.mirror) == ("https://github.com/lab/tiny", True)
    assert read_texts(fetched.git, list_entries(fetched.git, fetched.commit)) == GOOD


def test_what_a_mirror_with_a_url_lacks_is_not_called_absent(
    server: GitServer, settings: Settings, scratch: Path
) -> None:
    own = detoured(settings, server)
    with pytest.raises(NoRepositoryError, match=r"has no copy of https://github\.com/lab/gone") as raised:
        fetch(address_of("https://github.com/lab/gone", own), own, scratch)
    assert not isinstance(raised.value, AbsentError)


def test_a_link_to_the_mirror_itself_is_refused(server: GitServer, settings: Settings) -> None:
    """Else a paper could name what else is on the organisation's own server."""
    with pytest.raises(NoRepositoryError, match="not among the hosts"):
        address_of(f"{server.url}/lab/tiny", detoured(settings, server))


def test_the_longest_prefix_decides_between_mirrors(server: GitServer, settings: Settings, scratch: Path) -> None:
    listed = f"https://github.com/=http://127.0.0.1:1/, https://github.com/lab/={server.url}/lab"
    own = replace(settings_from({"REPOSITORY_MIRRORS": listed}), limits=settings.limits)
    assert fetch(address_of("https://github.com/Lab/tiny", own), own, scratch).commit


def test_a_copy_that_lacks_large_files_is_served_and_read(server: GitServer, settings: Settings, scratch: Path) -> None:
    kept = server.root / "lab/filtered.git"
    build(kept, {"README.md": "# Kept\n", "weights.bin": b"\0" * 9, "train.py": "print(1)\n"})
    gone = git(kept, "rev-parse", "HEAD:weights.bin")
    (kept / "objects" / gone[:2] / gone[2:]).unlink()
    fetched = fetch_path(server, settings, scratch, "lab/filtered")
    sizes = {entry.path: entry.size for entry in list_entries(fetched.git, fetched.commit)}
    assert sizes == {"README.md": 7, "train.py": 9, "weights.bin": None}


def test_the_samples_repository_needs_no_setting(scratch: Path) -> None:
    plain = settings_from({})
    fetched = fetch(address_of("https://github.com/papersnitch-samples/tiny-denoiser", plain), plain, scratch)
    assert fetched.mirror and "train.py" in {entry.path for entry in list_entries(fetched.git, fetched.commit)}


def test_a_broken_bundle_is_a_finding(server: GitServer, settings: Settings, scratch: Path) -> None:
    (server.root / "tiny.bundle").write_bytes(b"# v2 git bundle\nnonsense")
    mirrored = replace(settings, mirrors=(Mirror("https://github.com/lab/", server.root),))
    with pytest.raises(NoRepositoryError, match="holds no readable commit"):
        fetch(address_of("https://github.com/lab/tiny", mirrored), mirrored, scratch)


def _noise(seed: int) -> bytes:
    """A megabyte that does not compress."""
    return random.Random(seed).randbytes(2**20)
