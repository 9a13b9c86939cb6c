"""Where evidence can be looked at: the web address of a repository's line at its commit."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

# How each kind of forge addresses a file at a commit, and a line in it.
FORGES = {
    "github.com": ("blob", "L{line}"),
    "gitlab.com": ("-/blob", "L{line}"),
    "bitbucket.org": ("src", "lines-{line}"),
    "codeberg.org": ("src/commit", "L{line}"),
    "huggingface.co": ("blob", "L{line}"),
}


def address_of(repository: str, commit: str, path: str, line: int) -> str:
    """The page that shows that line; empty where the forge is not one we know."""
    base = web_address(repository).removesuffix("/").removesuffix(".git")
    forge = FORGES.get(urlsplit(base).hostname or "")
    if not forge or not commit:
        return ""
    anchor = f"#{forge[1].format(line=line)}" if line else ""
    return f"{base}/{forge[0]}/{quote(commit)}/{quote(path)}{anchor}"


def web_address(link: str) -> str:
    """The link when a browser may follow it (http, https), else empty: a paper may hold any scheme."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return link if parts.scheme in {"http", "https"} and parts.hostname else ""
