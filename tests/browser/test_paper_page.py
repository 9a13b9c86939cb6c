"""The paper page in a real browser: from a criterion to its place and back, by mouse, by key and without scripting."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from dashboard.engine import definitions, papers, progress, runs
from dashboard.engine.states import RUN_FINISHED
from dashboard.extensions import db
from dashboard.models import Team
from tests.browser.conftest import PASSWORD, Site

PAPER = Path(__file__).resolve().parents[2] / "samples" / "good.pdf"
CHOSEN = ".criterion[open]"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def mirrored(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's repository, from its bundle."""
    monkeypatch.setenv("REPOSITORY_MIRRORS", f"https://github.com/papersnitch-samples/={PAPER.parent}/")


@pytest.fixture
def paper(mirrored: None, site: Site) -> str:
    """The address of the good sample, which was read, drawn and judged."""
    with site.engine.app.app_context():
        team = db.session.scalars(select(Team.id)).one()
        added, _is_new = papers.add(team, PAPER.name, PAPER)
        run_id = runs.create_and_start(definitions.active("pdf_analysis").id, added.id, team, {}, None)
        give_up = time.monotonic() + 120
        while progress.of_run(run_id).status not in RUN_FINISHED:
            site.engine.check()
            assert time.monotonic() < give_up
            time.sleep(0.2)
        return f"{site.url}/papers/{added.id}?rubric=neurips"


def sign_in(page: Page, site: Site, address: str) -> None:
    page.goto(f"{site.url}/login")
    page.get_by_label("Email").fill(site.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(address)


def test_a_criterion_shows_its_place_and_a_place_its_criterion(page: Page, site: Site, paper: str) -> None:
    sign_in(page, site, paper)
    page.locator("summary", has_text="Limitations").click()
    expect(page.locator(CHOSEN)).to_have_attribute("data-key", "neurips/limitations")
    box = page.locator(".spot.chosen").first
    expect(box).to_be_in_viewport()
    assert "criterion=neurips/limitations#m" in page.url

    page.locator("summary", has_text="Claims").click()
    expect(page.locator(CHOSEN)).to_have_attribute("data-key", "neurips/claims")
    other = page.locator('.spot[data-criteria*="neurips/limitations"]').first
    other.scroll_into_view_if_needed()
    area = other.locator("rect").first.bounding_box()
    assert area is not None
    page.mouse.click(area["x"] + area["width"] / 3, area["y"] + area["height"] / 2)
    expect(page.locator(CHOSEN)).to_have_attribute("data-key", "neurips/limitations")
    expect(page.locator(f"{CHOSEN} > summary")).to_be_focused()

    page.goto(page.url)
    expect(page.locator(CHOSEN)).to_have_attribute("data-key", "neurips/limitations")
    expect(page.locator(".spot.chosen").first).to_be_in_viewport()


def test_a_box_is_reached_and_followed_by_key(page: Page, site: Site, paper: str) -> None:
    sign_in(page, site, paper)
    box = page.locator('.spot[data-criteria="neurips/limitations"]').first
    box.focus()
    page.keyboard.press("Enter")
    expect(page.locator(CHOSEN)).to_have_attribute("data-key", "neurips/limitations")


def test_the_words_on_the_picture_are_selected_as_they_read(page: Page, site: Site, paper: str) -> None:
    sign_in(page, site, paper)
    layer = page.locator("#p1 .words text")
    expect(layer.first).to_be_attached()
    first, third = layer.nth(4).bounding_box(), layer.nth(6).bounding_box()
    assert first and third
    page.mouse.move(first["x"] + 1, first["y"] + first["height"] / 2)
    page.mouse.down()
    page.mouse.move(third["x"] + third["width"] - 1, third["y"] + third["height"] / 2, steps=9)
    page.mouse.up()
    selected = page.evaluate("getSelection().toString()").split()
    words = " ".join(layer.nth(at).text_content() or "" for at in (4, 5, 6)).split()
    assert len(words) > 3 and selected == words


def test_the_picture_and_its_words_have_the_same_size_at_any_width(page: Page, site: Site, paper: str) -> None:
    sign_in(page, site, paper)
    for width in (1280, 700, 375):
        page.set_viewport_size({"width": width, "height": 800})
        picture, words = page.locator("#p1 img").bounding_box(), page.locator("#p1 .words svg").bounding_box()
        assert picture and words and abs(picture["width"] - words["width"]) < 1
        assert abs(picture["height"] - words["height"]) < 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_works_with_scripting_off(chromium: Browser, site: Site, paper: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = context.new_page()
    sign_in(page, site, paper)
    page.locator("summary", has_text="Limitations").click()
    page.locator(f"{CHOSEN} a.quoted").first.click()
    assert "criterion=neurips/limitations#m" in page.url
    expect(page.locator(".spot.chosen").first).to_be_in_viewport()
    page.locator(".spot.chosen").first.click()
    expect(page.locator(CHOSEN)).to_have_attribute("data-key", "neurips/limitations")
    page.locator("#p1 noscript a").click()
    expect(page.locator("#p1 .words text").first).to_be_attached()
    context.close()
