"""Real repositories made with git: ordinary ones, and trees no ordinary client would write."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "A. Author",
    "GIT_AUTHOR_EMAIL": "author@example.org",
    "GIT_COMMITTER_NAME": "A. Author",
    "GIT_COMMITTER_EMAIL": "author@example.org",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
}
GOOD = {
    "README.md": "# Tiny\n\n```bash\npython train.py\n```\n",
    "LICENSE": "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\nof this "
    "software, to deal in the software without restriction\n",
    "train.py": "import random\n\nrandom.seed(7)\nfor step in range(3):\n    print(step)\n",
    "requirements.txt": "numpy==1.26.4\n",
}


def git(repository: Path, *arguments: str, given: bytes = b"") -> str:
    """Run git on a bare repository; what it writes."""
    command = ["git", f"--git-dir={repository}", *arguments]
    done = subprocess.run(command, input=given, capture_output=True, check=True, env=_ENVIRONMENT)
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def build(
    repository: Path, files: Mapping[str, str | bytes], special: Mapping[str, tuple[str, str]] | None = None
) -> str:
    """Make a bare repository of one commit; its id. `special` gives odd entries as (mode, content or commit id)."""
    repository.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repository)], check=True, env=_ENVIRONMENT)
    entries = [("100644", store(repository, content), path) for path, content in files.items()]
    for path, (mode, content) in (special or {}).items():
        entries.append((mode, content if mode == "160000" else store(repository, content), path))
    index = "".join(f"{mode} {object_id}\t{path}\n" for mode, object_id, path in entries)
    git(repository, "update-index", "--add", "--index-info", given=index.encode())
    return commit_tree(repository, git(repository, "write-tree"))


def store(repository: Path, content: str | bytes) -> str:
    """Write a blob; its id."""
    raw = content.encode() if isinstance(content, str) else content
    return git(repository, "hash-object", "-w", "--stdin", given=raw)


def commit_tree(repository: Path, tree: str) -> str:
    """Commit a tree as the head of main; the commit's id."""
    commit = git(repository, "commit-tree", "-m", "First", tree)
    git(repository, "update-ref", "refs/heads/main", commit)
    return commit


def nested_tree(repository: Path, depth: int, width: int) -> str:
    """A few objects that unfold to width ** depth files; the commit's id."""
    repository.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repository)], check=True, env=_ENVIRONMENT)
    entry = f"100644 blob {store(repository, 'x')}"
    for _ in range(depth):
        listing = "".join(f"{entry}\td{number}\n" for number in range(width))
        entry = f"040000 tree {git(repository, 'mktree', given=listing.encode())}"
    return commit_tree(repository, entry.split()[-1])
