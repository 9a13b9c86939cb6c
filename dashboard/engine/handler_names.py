"""Names of handlers: `extract_text` is PaperSnitch's own, `own-workflow/ask` the `ask` of a package. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

PACKAGE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,60}[A-Za-z0-9])?")


def normal(package: str) -> str:
    """The one spelling of a package's name, as package registries take it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def advice(name: str, known: Collection[str]) -> str:
    """What to do where nobody has a handler of that name."""
    package, slash, _ = name.partition("/")
    if slash and not any(each.startswith(f"{package}/") for each in known):
        return f"Install the package {package} where workers run, and name it in PAPERSNITCH_PLUGINS there."
    if alike := difflib.get_close_matches(name, known, n=1):
        return f"Did you mean {alike[0]}?"
    return f"{f'The package {package}' if slash else 'PaperSnitch'} has none of that name."
