"""Every page in light and dark, on a desk and a phone: usable by everybody, within its policy, not too wide."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from sqlalchemy import select
from werkzeug.routing import Map

from dashboard.engine import artifacts, second_factor
from dashboard.extensions import db
from dashboard.models import NodeArtifact, User
from dashboard.views.viewers import FOR_PROGRAMS
from tests.browser import axe
from tests.browser.addresses import FOR_VIEWERS, HALF_WAY, NO_PAGES, PAGES, SIGNED_OUT
from tests.browser.conftest import PASSWORD, Site, serving, watch
from tests.browser.furnished import SAMPLES, Places, furnish

# One server and one database for all, whatever the number of test processes.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.xdist_group("every page")]

WIDTHS = (1280, 375)
THEMES = ("light", "dark")
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .filter((one) => !one.closest(".sideways, .log, .quote, .unseen"))
  .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))"""


@dataclass(frozen=True)
class Desk:
    """The furnished site, and a browser window for each kind of person."""

    site: Site
    places: Places
    windows: dict[str, Page]


@pytest.fixture(scope="module")
def desk(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPOSITORY_MIRRORS", f"https://github.com/papersnitch-samples/={SAMPLES}/")
        with serving(tmp_path_factory.mktemp("site") / "home", patch) as site:
            places = furnish(site)
            people = {"admin": site.email, "viewer": str(places["viewer"]), "nobody": ""}
            contexts = {name: signed_in(chromium, site, email) for name, email in people.items()}
            second_factors(site, on=people["viewer"], begun=site.email)
            contexts["half way"] = signed_in(chromium, site, people["viewer"], "/login/code")
            watched = [watch(context) for context in contexts.values()]
            yield Desk(site, places, {name: context.pages[0] for name, context in contexts.items()})
            for context in contexts.values():
                context.close()
            assert not [one for complaints in watched for one in complaints]


def second_factors(site: Site, on: str, begun: str) -> None:
    """One person who is in already has a second factor, another has only begun to set theirs up."""
    with site.engine.app.app_context():
        for email in (on, begun):
            second_factor.prepare(db.session.scalars(select(User.id).where(User.email == email)).one())
        careful = db.session.scalars(select(User).where(User.email == on)).one()
        second_factor.confirm(careful.id, pyotp.TOTP(str(second_factor.secret_of(careful))).now())


def signed_in(chromium: Browser, site: Site, email: str, leads_to: str = "/") -> BrowserContext:
    """A browser with one window, in which that person is signed in; nobody for an empty address."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    if email:
        page.goto(f"{site.url}/login")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{site.url}{leads_to}")
    return context


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_fit_for_everybody(desk: Desk, name: str) -> None:
    found = complaints(desk, "admin", name, PAGES[name])
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", FOR_VIEWERS)
def test_a_page_is_fit_for_viewers(desk: Desk, name: str) -> None:
    found = complaints(desk, "viewer", name, FOR_VIEWERS[name])
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", SIGNED_OUT)
def test_a_page_is_fit_for_those_outside(desk: Desk, name: str) -> None:
    found = complaints(desk, "nobody", name, SIGNED_OUT[name])
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", HALF_WAY)
def test_a_page_is_fit_for_those_half_way_in(desk: Desk, name: str) -> None:
    found = complaints(desk, "half way", name, HALF_WAY[name])
    assert not found, "\n".join(found)


def test_the_report_is_fit_for_everybody(desk: Desk) -> None:
    """It is shown in a frame that runs no script, so it is looked at by itself, as it is sent around."""
    page = desk.windows["nobody"]
    with desk.site.engine.app.app_context():
        sha256 = db.session.get_one(NodeArtifact, desk.places["report"]).sha256
        page.goto("about:blank")
        page.set_content(artifacts.path_of(sha256).read_text())
    found = seen_everywhere(page, "report")
    assert not found, "\n".join(found)


def test_no_page_is_left_out(desk: Desk) -> None:
    """A new page fails here until it is listed above."""
    rules: Map = desk.site.engine.app.url_map
    adapter = rules.bind("localhost")
    addresses = [*PAGES.values(), *FOR_VIEWERS.values(), *SIGNED_OUT.values(), *HALF_WAY.values()]
    seen = {adapter.match(address.format(**desk.places).split("?")[0], "GET")[0] for address in addresses}
    shown = [rule for rule in rules.iter_rules() if not rule.rule.startswith(FOR_PROGRAMS)]
    assert {rule.endpoint for rule in shown if "GET" in (rule.methods or ())} - NO_PAGES == seen


def complaints(desk: Desk, person: str, name: str, address: str) -> list[str]:
    """What is wrong with that page in any theme at any width."""
    page, found = desk.windows[person], []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and message.location["url"] != url:
            found.append(f"console: {message.text}")

    def threw(error: Exception) -> None:
        found.append(f"script: {error}")

    url = desk.site.url + address.format(**desk.places)
    page.on("console", listen)
    page.on("pageerror", threw)
    page.goto(url)
    found += seen_everywhere(page, name)
    page.remove_listener("console", listen)
    page.remove_listener("pageerror", threw)
    return found


def seen_everywhere(page: Page, name: str) -> list[str]:
    """What is wrong with what the window shows, in each theme at each width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            found += [f"{theme}, {width} px: {one}" for one in looks(page)]
            photograph(page, f"{name}, {width}, {theme}")
    return found


def looks(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*axe.violations(page), *([f"wider than the window: {page.evaluate(TOO_WIDE)}"] if wide else [])]


def photograph(page: Page, name: str) -> None:
    """For people who want to look: with SCREENSHOTS=folder each page is kept there as it was seen."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name.replace(', ', '-').replace(' ', '_')}.png", full_page=True)
