"""The bars of the interface, a JSON line each: `python -m benchmarks.web` (`--only pages polls tabs log browser zip`).

Two histories are seeded on a private MariaDB, one of 100 runs and one of 100,000, which takes minutes; or they are
named: --small and --large with --home, as `benchmarks.seed_history` made them. Each line is {bar, value, limit, holds}
and what else was measured. Pages are asked within this process; all else goes to gunicorn, started as in production.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks import seed_history, servers
from benchmarks.pages import browser, files, polls, serving, tabs
from benchmarks.pages.bar import Bar
from benchmarks.pages.site import Served, served
from benchmarks.seeding.story import Size
from benchmarks.servers import DURABLE, Servers
from tests import schemas, services

FEW = Size(runs=100, logs=10_000, longest_log=1_000)
LONGEST_LOG = 200_000
POOL = "--innodb-buffer-pool-size=2G"


@dataclass(frozen=True)
class Histories:
    """The settings of an installation with little and of one with much history."""

    small: dict[str, str]
    large: dict[str, str]


def main() -> None:
    """Print the bars asked for as soon as each is known."""
    asked = _options()
    print(f"Load of the machine: {os.getloadavg()[0]:.1f}. Much above zero, times say little.", file=sys.stderr)
    with servers.private() as private, ExitStack() as stack:
        histories = _histories(asked, private, stack)
        for bar in _bars(asked, histories, private, stack):
            print(bar.line(), flush=True)


def _bars(asked: argparse.Namespace, histories: Histories, private: Servers, stack: ExitStack) -> Iterator[Bar]:
    large, folder = histories.large, private.folder
    if "pages" in asked.only:
        yield from serving.measure(histories.small, large, asked.visits)
    if set(asked.only) == {"pages"}:
        return
    site = stack.enter_context(served(large, folder / "web.log"))
    groups: dict[str, Callable[[Served], Iterator[Bar]]] = {
        "polls": lambda site: polls.measure(large, site),
        "browser": lambda site: browser.measure(large, site),
        "log": lambda site: files.log(large, site),
        "zip": lambda site: files.archive(large, site, asked.zip_mb),
        "tabs": lambda site: tabs.measure(large, site, folder, asked.tabs),
    }
    for name, measure in groups.items():
        if name in asked.only:
            yield from measure(site)


def _histories(asked: argparse.Namespace, private: Servers, stack: ExitStack) -> Histories:
    """Those that were named, else new ones."""
    home = asked.home or private.folder / "home"
    small, large = (asked.small, asked.large) if asked.small and asked.large else _seed(asked, private, stack, home)
    common = {"REDIS_URL": private.redis(), "PAPERSNITCH_HOME": str(home), "SECRET_KEY": "only for a benchmark"}
    return Histories({**common, "DATABASE_URL": small}, {**common, "DATABASE_URL": large})


def _seed(asked: argparse.Namespace, private: Servers, stack: ExitStack, home: Path) -> list[str]:
    """Two databases on a server with room in memory for what is looked at often."""
    server = services.private_mariadb(private.folder / "history", services.free_port(), DURABLE, POOL)
    if server.pid is not None:
        stack.callback(services.end, server.pid)
    much = Size(asked.runs, asked.logs, min(LONGEST_LOG, asked.logs // 5))
    urls = []
    for size, teams in ((FEW, 1), (much, asked.teams)):
        print(f"Seeding {size.runs:,} runs ...", file=sys.stderr, flush=True)
        urls.append(schemas.fresh_database(server.url, f"{size.runs}_runs"))
        seed_history.seed(urls[-1], home, size, teams)
    return urls


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    groups = ("pages", "polls", "browser", "log", "zip", "tabs")
    parser.add_argument("--only", nargs="+", choices=groups, default=groups)
    parser.add_argument("--small", help="the address of a seeded database of 100 runs of one team")
    parser.add_argument("--large", help="that of one with much history")
    parser.add_argument("--home", type=Path, help="the PAPERSNITCH_HOME both were seeded with")
    parser.add_argument("--runs", type=int, default=100_000, help="of the history that is seeded here")
    parser.add_argument("--teams", type=int, default=20)
    parser.add_argument("--logs", type=int, default=10_000_000)
    parser.add_argument("--visits", type=int, default=60, help="of each page, with little and with much history")
    parser.add_argument("--tabs", type=int, default=50)
    parser.add_argument("--zip-mb", type=int, default=1024)
    return parser.parse_args()


if __name__ == "__main__":
    main()
