"""The load: people and programs who upload, start, look, change their minds, and act on many runs at once."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.factories import SMALLEST_PDF
from tests.soak import workflows
from tests.soak.client import Client

API = "/api/v1"
GOOD_PAPER = Path(__file__).resolve().parents[2] / "samples" / "good.pdf"
MOST_UNDER_WAY = 60  # a load that outgrows the workers would measure the backlog
AT_ONCE = 20

Act = Callable[[Client], None]

_numbers = itertools.count(1)


def upload(program: Client) -> None:
    """A paper nobody has sent before, with a small run on it; sometimes a real one with the default workflow."""
    is_real, number = random.random() < 0.1, next(_numbers)
    content = (GOOD_PAPER.read_bytes() if is_real else SMALLEST_PDF) + b"\n%% number %d\n" % number
    workflow = workflows.DEFAULT if is_real else random.choice(sorted(workflows.SMALL))
    files = {"files": (f"paper-{number}.pdf", content, "application/pdf")}
    told = program.post("upload", f"{API}/papers", data={"start": workflow}, files=files)
    for file in told["files"] if told else ():
        program.tally.note_run(file["run_id"])


def start(program: Client) -> None:
    """A run on a paper that is there, unless enough are under way."""
    if len(_runs(program, "RUNNING")) >= MOST_UNDER_WAY:
        return
    papers = program.get("poll", f"{API}/papers?limit=50")
    if papers and papers["items"]:
        asked = {"workflow": random.choice(sorted(workflows.SMALL)), "paper": random.choice(papers["items"])["id"]}
        told = program.post("start", f"{API}/runs", json=asked, headers={"Idempotency-Key": f"start-{next(_numbers)}"})
        program.tally.note_run(told and told["id"])


def poll(program: Client) -> None:
    """A run, its nodes, a log."""
    for run_id in random.sample(runs := _runs(program), min(3, len(runs))):
        program.get("poll", f"{API}/runs/{run_id}")
        nodes = program.get("poll", f"{API}/runs/{run_id}/nodes")
        if nodes:
            program.get("poll", f"{API}/runs/{run_id}/nodes/{nodes['items'][0]['node_id']}/log")


def browse(browser: Client) -> None:
    """The pages people leave open."""
    for page in ("/runs", "/papers", "/runs/live"):
        browser.get("page", page)


def change_mind(program: Client) -> None:
    """Cancel one that runs; pause another, and let it go on."""
    under_way = _runs(program, "RUNNING")
    if len(under_way) >= 2:
        first, second = random.sample(under_way, 2)
        program.post("cancel", f"{API}/runs/{first}/cancel")
        program.post("pause", f"{API}/runs/{second}/pause")
        program.post("resume", f"{API}/runs/{second}/resume")


def retry(program: Client) -> None:
    """Try again what failed; once in a while go on without it."""
    for run_id in _runs(program, "FAILED")[:3]:
        if random.random() < 0.2:
            program.post("skip", f"{API}/runs/{run_id}/nodes/n1/skip", json={"reason": "not needed"})
        else:
            program.post("retry", f"{API}/runs/{run_id}/retry", json={})


def act_on_many(program: Client) -> None:
    """One act on many runs at once."""
    verb, status = random.choice([("rerun", "SUCCEEDED"), ("cancel", "RUNNING"), ("retry", "FAILED")])
    found = _runs(program, status)
    if runs := random.sample(found, min(AT_ONCE, len(found))):
        program.post("bulk", f"{API}/bulk", json={"verb": verb, "runs": runs})


# Who does what, and after how many seconds again.
PROGRAMS: Sequence[tuple[Act, float]] = (
    (upload, 1.0), (start, 0.7), (poll, 0.5), (change_mind, 3.0), (retry, 2.0), (act_on_many, 5.0),
)  # fmt: skip


def play(act: Act, every: float, client: Client, over: threading.Event) -> None:
    """Do it again and again, now sooner and now later."""
    while not over.wait(every * random.uniform(0.5, 1.5)):
        act(client)


def go_on_with_paused(program: Client) -> None:
    """At the end nobody leaves a run paused: the answer to a resume may have been lost."""
    for run_id in _runs(program, "PAUSED"):
        program.post("resume", f"{API}/runs/{run_id}/resume")


def _runs(program: Client, status: str = "") -> list[int]:
    told = program.get("poll", f"{API}/runs?limit=100{'&status=' + status if status else ''}")
    return [run["id"] for run in told["items"]] if told else []
