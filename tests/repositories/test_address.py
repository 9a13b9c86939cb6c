"""Links from papers become addresses of repositories, or a plain reason why not."""

from __future__ import annotations

import pytest

from jobs.repositories.address import address_of
from jobs.repositories.errors import NoRepositoryError
from jobs.repositories.settings import settings_from

SETTINGS = settings_from({})
READ = [
    ("https://github.com/lab/tiny", "https://github.com/lab/tiny.git", ""),
    ("https://github.com/lab/tiny/", "https://github.com/lab/tiny.git", ""),
    ("https://github.com/lab/tiny.git", "https://github.com/lab/tiny.git", ""),
    ("http://www.github.com/lab/tiny", "https://github.com/lab/tiny.git", ""),
    ("github.com/lab/tiny", "https://github.com/lab/tiny.git", ""),
    ("HTTPS://GitHub.com/Lab/Tiny", "https://github.com/Lab/Tiny.git", ""),
    ("https://github.com/lab/tiny/tree/main/code", "https://github.com/lab/tiny.git", "tree/main/code"),
    ("https://github.com/lab/tiny/blob/main/A.md#readme", "https://github.com/lab/tiny.git", "blob/main/A.md"),
    ("https://github.com/lab/tiny?tab=readme", "https://github.com/lab/tiny.git", ""),
    ("git@github.com:lab/tiny.git", "https://github.com/lab/tiny.git", ""),
    ("ssh://git@github.com/lab/tiny.git", "https://github.com/lab/tiny.git", ""),
    ("git://github.com/lab/tiny.git", "https://github.com/lab/tiny.git", ""),
    ("https://gitlab.com/group/sub/tiny/-/tree/main", "https://gitlab.com/group/sub/tiny.git", "-/tree/main"),
    ("https://huggingface.co/lab/tiny/tree/main", "https://huggingface.co/lab/tiny", "tree/main"),
    ("https://huggingface.co/datasets/lab/tiny", "https://huggingface.co/datasets/lab/tiny", ""),
    ("https://bitbucket.org/lab/tiny/src/master/", "https://bitbucket.org/lab/tiny.git", "src/master"),
]
REFUSED = [
    "ext::sh -c touch% /tmp/owned",
    "ext::sh",
    "file:///etc/passwd",
    "ftp://github.com/lab/tiny",
    "-upload-pack=touch",
    "--upload-pack=touch",
    "https://github.com/--upload-pack=touch/tiny",
    "https://github.com/lab/-u",
    "https://user:pass@github.com/lab/tiny",
    "https://token@github.com/lab/tiny",
    "https://github.com@evil.example/lab/tiny",
    "https://github.com.evil.example/lab/tiny",
    "https://evil.example/github.com/lab/tiny",
    "https://127.0.0.1/lab/tiny",
    "https://[::1]/lab/tiny",
    "https://169.254.169.254/latest/meta-data",
    "https://github.com:8443/lab/tiny",
    "https://github.com:99999/lab/tiny",
    "https://github.com/../../etc",
    "https://github.com/lab/..",
    "https://github.com/lab/%2e%2e",
    "https://github.com/lab\\tiny/x",
    "https://github.com/lab/ti\nny",
    "https://github.com/lab",
    "https://github.com/",
    "https://xn--gthub-n4a.com/lab/tiny",
    "https://lab.github.io/tiny",
    "",
]


@pytest.mark.parametrize(("link", "git_url", "subpath"), READ)
def test_it_reads_the_repository_out_of_a_link(link: str, git_url: str, subpath: str) -> None:
    address = address_of(link, SETTINGS)
    assert (address.git_url, address.subpath) == (git_url, subpath)


@pytest.mark.parametrize("link", REFUSED)
def test_it_refuses_what_is_no_public_repository(link: str) -> None:
    with pytest.raises(NoRepositoryError) as refused:
        address_of(link, SETTINGS)
    assert str(refused.value).endswith(".")


def test_it_never_repeats_a_password() -> None:
    with pytest.raises(NoRepositoryError) as refused:
        address_of("https://user:hunter2@github.com/lab/tiny", SETTINGS)
    assert "hunter2" not in str(refused.value)


def test_it_speaks_http_only_to_a_host_the_operator_listed_so() -> None:
    settings = settings_from({"REPOSITORY_PRIVATE_HOSTS": "http://127.0.0.1:8010, git.lab.example"})
    assert address_of("http://127.0.0.1:8010/lab/tiny", settings).url == "http://127.0.0.1:8010/lab/tiny"
    assert address_of("http://git.lab.example/lab/tiny", settings).url == "https://git.lab.example/lab/tiny"
    with pytest.raises(NoRepositoryError):
        address_of("http://127.0.0.1:8011/lab/tiny", settings)


def test_it_takes_the_operators_list_of_hosts_instead_of_its_own() -> None:
    settings = settings_from({"REPOSITORY_HOSTS": "git.lab.example"})
    assert address_of("https://git.lab.example/lab/tiny", settings).host == "git.lab.example"
    with pytest.raises(NoRepositoryError, match=r"github\.com is not among the hosts"):
        address_of("https://github.com/lab/tiny", settings)
