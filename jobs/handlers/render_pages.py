"""render_pages: a picture of each page, for people to see the evidence where it stands."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from typing import Any

from dashboard.engine.errors import PermanentError, TransientError
from jobs import sandbox
from jobs.confined import Limits
from jobs.context import NodeContext
from jobs.registry import Output, handler

MOST_PAGES = 300
AT_ONCE = 20  # Pages a child draws before the next takes over: progress is seen, and little is lost with a child.
SECONDS_IN_ALL = 180.0
SECONDS_A_CHILD = 55.0

Picture = dict[str, Any]


@handler("render_pages", version="2")
def render_pages(context: NodeContext) -> Output:
    """Leaves `page-0001.webp` and on, and `pages.json`. A page that cannot be drawn is told, and the others go on."""
    sizes = context.output_of("ingest_pdf")["page_sizes"]
    pictured = min(len(sizes), MOST_PAGES)
    give_up = time.monotonic() + SECONDS_IN_ALL
    pages: list[Picture] = []
    for start in range(0, pictured, AT_ONCE):
        if context.cancelled():
            break
        pages += _drawn(context, start, min(start + AT_ONCE, pictured), give_up)
        context.progress(len(pages), pictured)
    pages += [_missing(at, f"Only the first {MOST_PAGES} pages are drawn.") for at in range(len(pages), len(sizes))]
    for page, (width, height) in zip(pages, sizes, strict=True):
        page |= {"width": width, "height": height}
    context.json_artifact("pages.json", {"pages": pages})
    return _told(context, pages)


def _drawn(context: NodeContext, start: int, end: int, give_up: float) -> Iterator[Picture]:
    """The pages from `start` up to `end`. Where a child dies of one, halves are drawn apart until it stands alone."""
    left = give_up - time.monotonic()
    if left <= 0:
        yield from (_missing(at, "There was no time left to draw the page.") for at in range(start, end))
        return
    try:
        yield from _by_child(context, start, end, left)
    except (PermanentError, TransientError) as error:
        if end - start == 1:
            yield _missing(start, str(error))
            return
        middle = (start + end) // 2
        yield from _drawn(context, start, middle, give_up)
        yield from _drawn(context, middle, end, give_up)


def _by_child(context: NodeContext, start: int, end: int, seconds: float) -> list[Picture]:
    path = str(context.paper.path.resolve())
    limits = Limits(cpu_seconds=int(SECONDS_A_CHILD), wall_seconds=min(SECONDS_A_CHILD, seconds))
    order = {"path": path, "start": start, "end": end}
    answer = sandbox.run("jobs.papers.rendering:render", order, f"Drawing pages {start + 1} to {end}", limits)
    return [_kept(context, page, answer.files) for page in answer.value]


def _kept(context: NodeContext, page: Picture, files: Any) -> Picture:
    if page["image"] is None:
        return {**page, "sha256": None, "bytes": 0}
    content = files[page["image"]]
    context.artifact(page["image"], content, "image/webp")
    return {**page, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _missing(index: int, note: str) -> Picture:
    return {"number": index + 1, "image": None, "pixels": None, "note": note, "sha256": None, "bytes": 0}


def _told(context: NodeContext, pages: list[Picture]) -> Output:
    size, drawn = sum(page["bytes"] for page in pages), sum(1 for page in pages if page["image"])
    for page in pages[:MOST_PAGES]:
        if page["note"]:
            context.log(f"Page {page['number']} is not shown: {page['note']}", "warning")
    context.log(f"{drawn} of {len(pages)} pages drawn, {size:,} bytes")
    return {"pages": len(pages), "drawn": drawn, "bytes": size}
