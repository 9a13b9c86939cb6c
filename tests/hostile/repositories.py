"""Repositories that attack whoever fetches, lists or reads them. Each maker takes an empty folder and the trap."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from tests.hostile.objects import FILE, FOLDER, LINK, MODULE, blob, head, point, put, tree
from tests.hostile.trap import Trap

Maker = Callable[[Path, Trap], object]
Named = Iterable[tuple[bytes, bytes]]


def files(repository: Path, named: Named) -> object:
    """A commit of those files, whose names may be anything."""
    return head(repository, tree(repository, *((FILE, name, blob(repository, content)) for name, content in named)))


def payload(trap: Trap) -> bytes:
    return f"#!/bin/sh\ntouch {trap.canary}\n".encode()


def hooks_in_the_tree(repository: Path, trap: Trap) -> object:
    """A `.git` with hooks and a configuration of its own, as a folder of the tree."""
    hook = ("100755", b"post-checkout", blob(repository, payload(trap)))
    settings = blob(repository, f"[core]\n\tfsmonitor = touch {trap.canary}\n\tpager = touch {trap.canary}\n".encode())
    inner = tree(repository, (FILE, b"config", settings), (FOLDER, b"hooks", tree(repository, hook)))
    return head(repository, tree(repository, *((FOLDER, name, inner) for name in (b".git", b".GIT", b"git~1"))))


def filters(repository: Path, trap: Trap) -> object:
    """Attributes that name filters, and settings that define them."""
    run = f"touch {trap.canary}"
    settings = f'[filter "x"]\n\tsmudge = {run}\n\tprocess = {run}\n[diff "x"]\n\ttextconv = {run}\n'
    return files(repository, [
        (b".gitattributes", b"* filter=x diff=x merge=x export-subst ident working-tree-encoding=UTF-16\n"),
        (b".gitconfig", settings.encode()),
        (b"train.py", b"# $Format:%an$ $Id$\n"),
    ])  # fmt: skip


def large_file_pointers(repository: Path, trap: Trap) -> object:
    """Pointers of Git LFS, and an LFS server inside."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"1" * 64 + b"\nsize 5368709120\n"
    server = f"[lfs]\n\turl = http://127.0.0.1:{trap.port}/lfs\n".encode()
    return files(
        repository, [(b".gitattributes", b"*.py filter=lfs\n"), (b".lfsconfig", server), (b"train.py", pointer)]
    )


def submodules(repository: Path, trap: Trap) -> object:
    """Submodules that run, reach inside, or lie outside of their parent."""
    urls = (f"http://127.0.0.1:{trap.port}/x", f"ext::touch {trap.canary}", f"-u./{trap.canary}", "file:///etc")
    modules = "".join(
        f'[submodule "../../m{number}"]\n\tpath = m{number}\n\turl = {url}\n\tupdate = !touch {trap.canary}\n'
        for number, url in enumerate(urls)
    )
    links = [(MODULE, f"m{number}".encode(), "1" * 40) for number in range(len(urls))]
    return head(repository, tree(repository, (FILE, b".gitmodules", blob(repository, modules.encode())), *links))


def links_out(repository: Path, _trap: Trap) -> object:
    """Symbolic links to the machine's files, through each other, and with a file beneath one."""
    ways = {
        b"LICENSE": b"/etc/passwd", b"README.md": b"../../../../../../etc/passwd", b"a.py": b"b.py", b"b.py": b"a.py",
        b"setup.py": b"/proc/self/environ", b"long.py": b"../" * 100_000 + b"etc/passwd",
    }  # fmt: skip
    beneath = tree(repository, (FILE, b"passwd", blob(repository, b"x")))
    links = [(LINK, name, blob(repository, target)) for name, target in ways.items()]
    return head(
        repository, tree(repository, *links, (LINK, b"etc", blob(repository, b"/etc")), (FOLDER, b"etc", beneath))
    )


def names_alike(repository: Path, _trap: Trap) -> object:
    """Names that are one on other systems, and one name several times."""
    names = (
        b"README.md",
        b"readme.md",
        b"Readme.MD",
        b"train.py",
        b"train.py",
        b"TRAIN.PY",
        b"cafe\xcc\x81",
        b"caf\xc3\xa9",
    )
    return files(repository, [(name, b"# A\n") for name in names])


def names_that_act(repository: Path, _trap: Trap) -> object:
    """Names that lead out, end lines, drive terminals, are devices, hold markup, or are no text."""
    names = (
        b"..", b".", b"../../../../tmp/out.py", b"/etc/cron.d/out.py", b"a/../../b.py", b"-rf.py", b"--help.py",
        b"two\nlines.py", b"bell\x07\x1b]8;;http://x\x1b\\.py", b"\x1b[2Jclear.py", b"tab\t.py", b"nul.py", b"CON",
        b"aux.txt", b"COM1.py", b"C:out.py", b"a:stream.py", b"back\\..\\slash.py", b"dot.", b"space ",
        b"<script>alert(1)</script>.py", b"\"><img src=x onerror=alert(1)>.py", b"\xff\xfe\xfd.py", b"\xed\xa0\x80.py",
        "\u202eyp.exe".encode(), b"n" * 5000, b"=cmd|' /C calc'!A0.csv", b"{{7*7}}.py", b"%s%n.py", b"$(touch x).py",
    )  # fmt: skip
    return files(repository, [(name, b"# A\n") for name in names])


def unsorted_tree(repository: Path, _trap: Trap) -> object:
    """Entries out of order, with modes nobody uses."""
    one = blob(repository, b"# A\n")
    return head(
        repository,
        tree(
            repository, ("100644", b"z", one), ("100664", b"a.py", one), ("000000", b"m.py", one), ("177777", b"b", one)
        ),
    )


def deep_tree(repository: Path, _trap: Trap) -> object:
    """Two thousand folders in each other."""
    inner = tree(repository, (FILE, b"train.py", blob(repository, b"x = 1\n")))
    for _ in range(2_000):
        inner = tree(repository, (FOLDER, b"d", inner))
    return head(repository, inner)


def million_files(repository: Path, _trap: Trap) -> object:
    """A million files out of four objects."""
    mode, one = FILE, blob(repository, b"x")
    for _ in range(3):
        one = tree(repository, *((mode, b"%02d" % number, one) for number in range(100)))
        mode = FOLDER
    return head(repository, one)


def packed_bomb(repository: Path, _trap: Trap) -> object:
    """Files of nothing, 64 MB unpacked and a thousandth of it on the wire."""
    return files(repository, [(b"train.py", bytes(32 << 20)), (b"README.md", b" " * (32 << 20))])


def commit_in_no_encoding(repository: Path, _trap: Trap) -> object:
    """A commit whose people, dates and words are no text, and which ends a line where none ends."""
    words = (
        b"tree %s\nauthor \xff\xfe\x1b[2J <a@\nb> 99999999999999999999 +9999\ncommitter <> -1 -0000\nencoding no-such\n"
        b"gpgsig -----BEGIN\n x\n\n\xed\xa0\x80<script>alert(1)</script>" + b"\x1b]8;;" * 100_000
    )
    return head(
        repository,
        tree(repository, (FILE, b"train.py", blob(repository, b"x = 1\n"))),
        words.replace(b"%", b"%%").replace(b"%%s", b"%s"),
    )


def branch_that_acts(repository: Path, trap: Trap) -> object:
    """A default branch named as a command."""
    root = tree(repository, (FILE, b"train.py", blob(repository, b"x = 1\n")))
    return head(repository, root, ref=f"refs/heads/$(touch${{IFS}}{trap.canary})/--upload-pack=touch")


def head_that_is_no_commit(repository: Path, _trap: Trap) -> object:
    """HEAD is a tag of a blob."""
    words = f"object {blob(repository, b'x')}\ntype blob\ntag x\ntagger A <a@example.org> 1 +0000\n\nx\n"
    point(repository, put(repository, "tag", words.encode()))
    return None


def tree_that_is_not_there(repository: Path, _trap: Trap) -> object:
    """A commit whose tree was never sent."""
    return head(repository, "1" * 40)


def ways_elsewhere(repository: Path, trap: Trap) -> object:
    """A server that offers bundles and packs at an address inside, and files that name other object stores."""
    one = blob(repository, b"x = 1\n")
    head(repository, tree(repository, (FILE, b"objects/info/alternates", one), (FILE, b"train.py", one)))
    inside = f"http://127.0.0.1:{trap.port}/x"
    with (repository / "config").open("a") as settings:
        settings.write(f"[uploadpack]\n\tadvertiseBundleURIs = true\n\tblobPackfileUri = {one} {'1' * 40} {inside}\n")
        settings.write(f'[bundle]\n\tversion = 1\n\tmode = all\n[bundle "x"]\n\turi = {inside}\n')
    return None


def texts_that_never_end(repository: Path, _trap: Trap) -> object:
    """Files that make readers recurse, backtrack or grow."""
    aliases = b"".join(b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(9))
    return files(repository, [
        (b"nested.py", b"(" * 60_000),
        (b"minus.py", b"x = " + b"-" * 60_000 + b"1\n"),
        (b"dots.py", b"x" + b".a" * 60_000),
        (b"blank.py", b" " * 200_000),
        (b"setup.py", b"\\\n" * 100_000),
        (b"deep.ipynb", b'{"cells": ' + b"[" * 200_000),
        (b"pyproject.toml", b"a = " + b"[" * 20_000),
        (b"package.json", b"[" * 100_000),
        (b"environment.yml", b"a: &a [x]\n" + aliases + b"dependencies: *j\n"),
        (b"CITATION.cff", b"- " * 60_000),
        (b"README.md", b"[" * 60_000 + b"](" * 30_000 + b"|" * 30_000 + b"\n```" * 5_000),
        (b"requirements.txt", b"a" * 60_000 + b"==" * 30_000 + b"\n-r requirements.txt\n-e file:///etc\n"),
    ])  # fmt: skip


def texts_of_another_shape(repository: Path, _trap: Trap) -> object:
    """Files that are well formed, and hold something else where a reader expects a list or a word."""
    return files(repository, [
        (b"a.ipynb", b'{"cells": 7}'),
        (b"b.ipynb", b'{"cells": [7, {"cell_type": "code", "source": [[1], null], "execution_count": [1]}]}'),
        (b"c.ipynb", b'{"cells": {"a": 1}}'),
        (b"pyproject.toml", b'project = 7\ntool = "x"\n'),
        (b"code/pyproject.toml", b"[project]\nscripts = 7\ndependencies = 7\n[tool]\npoetry = 7\n"),
        (b"lib/pyproject.toml", b"[project]\ndependencies = [7, [8]]\n[tool.poetry]\ndependencies = [1]\n"),
        (b"Pipfile", b"packages = 7\n"),
        (b"environment.yml", b"dependencies: 7\n"),
        (b"env.yaml", b"dependencies: [7, {pip: 7}, [x], null]\n"),
        (b"conda.yaml", b"- 7\n"),
        (b"CITATION.cff", b"7\n"),
        (b"package.json", b'{"scripts": 7, "dependencies": [1]}'),
    ])  # fmt: skip


ALL: tuple[Maker, ...] = (
    hooks_in_the_tree, filters, large_file_pointers, submodules, links_out, names_alike, names_that_act, unsorted_tree,
    deep_tree, million_files, packed_bomb, commit_in_no_encoding, branch_that_acts, head_that_is_no_commit,
    ways_elsewhere, texts_that_never_end, texts_of_another_shape,
)  # fmt: skip
