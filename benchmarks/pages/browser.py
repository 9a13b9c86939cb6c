"""What only a browser knows: what a first visit loads, and that a tab nobody sees asks nothing."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from benchmarks.pages import fifteen, places
from benchmarks.pages.bar import Bar
from benchmarks.pages.site import Inside, Served

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
         "--disable-component-update", "--disable-dev-shm-usage")  # fmt: skip
MOST_KB, MOST_REQUESTS = 60, 6
LISTENS_SECONDS = 6.0
SETTLES_SECONDS = 1.0
HIDE = "Object.defineProperty(document, 'hidden', {get: () => true});"


def measure(settings: Mapping[str, str], site: Served) -> Iterator[Bar]:
    """The bars of a first load and of quiet tabs."""
    inside = Inside(settings)
    with inside.app.app_context():
        pages = {place.name: place.address for place in places.pages()}
        run = fifteen.start()
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for name in ("home", "runs", "run failed"):
            yield from _first_load(browser, site, name, pages[name])
        yield from _quiet(browser, site, pages["run finished"], f"/runs/{run.run_id}")
        browser.close()
    with inside.app.app_context():
        fifteen.end(run)
    inside.engine.dispose()


def _first_load(browser: Browser, site: Served, name: str, address: str) -> Iterator[Bar]:
    """A window with nothing in its cache, signed in."""
    window = _window(browser, site)
    page, answers = window.new_page(), list[Response]()

    def note(answer: Response) -> None:  # Playwright puts a mark on the function, which a list's own cannot carry
        answers.append(answer)

    page.on("response", note)
    page.goto(_at(site, address), wait_until="load")
    page.wait_for_timeout(1000 * SETTLES_SECONDS)
    own = [one for one in answers if urlsplit(one.url).port == site.port]
    sizes = {one.url: (len(gzip.compress(one.body(), 6, mtime=0)), len(one.body())) for one in own}
    packed, plain = (sum(size[place] for size in sizes.values()) / 1024 for place in (0, 1))
    transferred = sum(one.request.sizes()["responseBodySize"] for one in own) / 1024
    window.close()
    told = {"sent_kb": round(transferred, 1), "unpacked_kb": round(plain, 1)}
    yield Bar(f"first load, {name}, KB gzipped", round(packed, 1), MOST_KB, told)
    yield Bar(f"first load, {name}, requests", len(answers), MOST_REQUESTS)
    yield Bar(f"first load, {name}, requests to other hosts", len(answers) - len(own), 0)


def _quiet(browser: Browser, site: Served, finished: str, running: str) -> Iterator[Bar]:
    """Requests in some seconds: of a finished run; of a run that goes on, seen, then hidden."""
    window = _window(browser, site)
    page, asked = window.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(_at(site, finished))
    yield Bar("requests of a finished run", _asked(page, asked), 0)
    page.goto(_at(site, running))
    yield Bar("requests of a run that goes on, seen", _asked(page, asked))
    page.evaluate(HIDE)
    yield Bar("requests of a run that goes on, hidden tab", _asked(page, asked), 0)
    window.close()


def _asked(page: Page, asked: list[str]) -> int:
    """How many requests begin while the page is left alone; what had begun just before does not count."""
    page.wait_for_timeout(1000 * SETTLES_SECONDS)
    asked.clear()
    page.wait_for_timeout(1000 * LISTENS_SECONDS)
    return len(asked)


def _window(browser: Browser, site: Served) -> BrowserContext:
    window = browser.new_context(viewport={"width": 1280, "height": 800})
    for cookie in site.cookie.split("; "):
        name, _, value = cookie.partition("=")
        window.add_cookies([{"name": name, "value": value, "url": _at(site, "/")}])
    return window


def _at(site: Served, address: str) -> str:
    return f"http://127.0.0.1:{site.port}{address}"
