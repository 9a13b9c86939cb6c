"""The graph of a run: beside the table when it is small, in a box of its own when it is not, reached by keyboard."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from dashboard.engine import claims, outcomes, runs
from dashboard.engine.claims import Claim, Wish
from tests import factories
from tests.browser.site import sign_in
from tests.browser.stage import LONGER_THAN_A_TEST, Stage
from tests.views import conftest as acts

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.xdist_group("shared site")]

FIFTEEN = (
    "ingest-text ingest-pages text-screen text-evidence text-links links-fetch fetch-repo repo-model text-claims "
    "text-seeds model-findings claims-findings seeds-findings screen-findings findings-score score-report report-mail"
)
BOTTOM = "(element) => element.getBoundingClientRect().bottom"
SCROLLED = "[scrollX, scrollY]"
WITHIN = """(box) => {
  const [frame, node] = [box.getBoundingClientRect(), box.querySelector(".node.bad").getBoundingClientRect()];
  return node.left >= frame.left && node.right <= frame.right && node.top >= frame.top && node.bottom <= frame.bottom;
}"""


def run_of(stage: Stage, edges: list[list[str]]) -> int:
    """A started run of nodes with these edges, in the team's queue, which no worker serves."""
    names = dict.fromkeys(name for edge in edges for name in edge)
    nodes = [{"id": name, "queue": stage.workflow} for name in names]
    paper = stage.paper("On Vessels")
    with stage.site.engine.app.app_context():
        workflow = factories.definition(nodes=nodes, edges=edges)
        return runs.create_and_start(workflow.id, paper, stage.team_id, {}, None)


def claim(stage: Stage) -> Claim:
    taken = claims.claim_next(Wish(stage.workflow, "a worker of the test", LONGER_THAN_A_TEST))
    assert taken is not None
    return taken


def fail_after(stage: Stage, passed: int) -> str:
    """Let so many nodes pass and the next fail; the name of that."""
    with stage.site.engine.app.app_context():
        for _ in range(passed):
            outcomes.succeed(claim(stage), {})
        broken = claim(stage)
        acts.fail(broken, "the host said no")
        return broken.node_id


def test_a_run_of_fifteen_nodes_shows_all_at_once(page: Page, stage: Stage) -> None:
    run_id = run_of(stage, [edge.split("-") for edge in FIFTEEN.split()])
    fail_after(stage, 3)
    sign_in(page, stage.site, stage.email)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{stage.url}/runs/{run_id}")
    assert page.locator(".nodes tbody tr").count() == 15
    for part in (".progress", ".exception", ".failure [data-retry]", ".nodes", ".dag"):
        assert page.locator(part).evaluate(BOTTOM) <= 800, part


def test_a_wide_graph_begins_where_something_broke_and_leaves_the_page_where_it_is(page: Page, stage: Stage) -> None:
    """Seen to fail without the script: the box showed its left upper corner."""
    layers = [[f"part_{layer}_{place}" for place in range(8)] for layer in range(9)]
    edges = [
        [upper, lower]
        for above, below in pairwise(layers)
        for place, upper in enumerate(above)
        for lower in {below[place], below[(place + 1) % 8]}
    ]
    run_id = run_of(stage, edges)
    broken = fail_after(stage, 30)
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/runs/{run_id}")
    expect(page.locator(".dag.wide .node.bad")).to_contain_text(broken)
    assert page.locator(".dag").evaluate(WITHIN)
    assert page.evaluate(SCROLLED) == [0, 0]


def test_nodes_of_the_graph_are_reached_and_opened_by_keyboard(page: Page, stage: Stage) -> None:
    run_id = run_of(stage, [["begin", f"shard_{number}"] for number in range(40)])
    fail_after(stage, 5)
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/runs/{run_id}")
    page.locator(".dag").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="begin: done")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="shard_0: done")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{stage.url}/runs/{run_id}/nodes/shard_0")


def test_the_graph_stays_where_it_was_scrolled_to_while_the_run_goes_on(page: Page, stage: Stage) -> None:
    run_id = run_of(stage, [["begin", f"shard_{number}"] for number in range(298)])
    with stage.site.engine.app.app_context():
        outcomes.succeed(claim(stage), {})
    sign_in(page, stage.site, stage.email)
    page.goto(f"{stage.url}/runs/{run_id}")
    page.set_viewport_size({"width": 1280, "height": 500})
    page.locator(".dag").evaluate("(box) => box.scrollTo(0, 40)")
    with stage.site.engine.app.app_context():
        for _ in range(3):
            outcomes.succeed(claim(stage), {})
    expect(page.locator(".dag .field > text").nth(1)).to_contain_text("3 done")
    assert page.locator(".dag").evaluate("(box) => box.scrollTop") == 40
