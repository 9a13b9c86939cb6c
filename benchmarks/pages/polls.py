"""Polls over HTTP, served as in production: one that finds nothing new, and one that does."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping

from benchmarks.pages import fifteen, places, statements
from benchmarks.pages.bar import Bar, spread
from benchmarks.pages.places import Place
from benchmarks.pages.site import Inside, Served

ASKED, ASKED_OF_LISTS = 300, 60
SLOWEST_MS = 15
MOST_BYTES = 2048
VERSION = re.compile(rb"/live\?[^\"]*?\bv=([^\"&]+)")


def measure(settings: Mapping[str, str], site: Served) -> Iterator[Bar]:
    """The bars of polls. A region whose version is no column is told without a limit: it must look to know."""
    inside = Inside(settings)
    with inside.app.app_context():
        run, regions = fifteen.start(), places.live_regions()
    yield from _changed(site, run.run_id)
    yield from _unchanged(inside, site, Place("run", f"/runs/{run.run_id}/live", 1), ASKED)
    for region in regions:
        yield from _unchanged(inside, site, region, ASKED_OF_LISTS)
    with inside.app.app_context():
        fifteen.end(run)
    inside.engine.dispose()


def _changed(site: Served, run_id: int) -> Iterator[Bar]:
    _seconds, _status, body = site.get(f"/runs/{run_id}/live?v=0")
    assert body.count(b'id="node-') == 15, body[:500]
    packed = len(gzip.compress(body, 6, mtime=0))
    yield Bar("changed poll of 15 nodes, bytes gzipped", packed, MOST_BYTES, {"bytes": len(body)})


def _unchanged(inside: Inside, site: Served, region: Place, times_asked: int) -> Iterator[Bar]:
    """The version turns every ten seconds while a run goes on: those answers are left out."""
    through, times, known = site.connection(), [], b""
    for _ in range(times_asked):
        took, status, body = site.get(_with_version(region.address, known), through)
        if status == 204:
            times.append(took)
        else:
            known = found[1] if (found := VERSION.search(body)) else b""
    through.close()
    if not times:
        raise RuntimeError(f"{region.address} never answered 204.")
    judged = region.queries is not None
    yield Bar(f"unchanged poll, {region.name}, queries", _queries(inside, region), region.queries)
    limit, told = (SLOWEST_MS if judged else None), spread(times)
    more = {"p50_ms": told["p50_ms"], "of_them_204": f"{len(times)} of {times_asked}"}
    yield Bar(f"unchanged poll, {region.name}, p95 ms", told["p95_ms"], limit, more)


def _queries(inside: Inside, region: Place) -> int:
    """How many an answer without content takes."""
    for _ in range(3):
        _took, page = inside.get(region.address)
        found = VERSION.search(page)
        with statements.counted(inside.engine) as sent:
            _took, again = inside.get(_with_version(region.address, found[1] if found else b""))
        if not again:
            break
    return len(sent)


def _with_version(address: str, version: bytes) -> str:
    return f"{address}{'&' if '?' in address else '?'}v={version.decode()}" if version else address
