"""axe-core in a page: what keeps people from using it, in one line an element."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"], iframes: false, preload: false});
  return found.violations.flatMap(({id, help, nodes}) =>
    nodes.map(({target, any}) => `${id} (${help}): ${target.join(" ")} ${any[0]?.message ?? ""}`));
}"""


def violations(page: Page) -> list[str]:
    """Every element that breaks a rule, with the rule; elements of frames are left to pages of their own."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(script())
    found: list[str] = page.evaluate(RUN)
    return found


@cache
def script() -> str:
    """The library, which `make test` has installed from npm."""
    return SCRIPT.read_text()
