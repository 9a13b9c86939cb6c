"""A table of results in the README, and whether commands stand by it."""

from __future__ import annotations

import re

from jobs.repositories.facts.commands import readme_commands
from jobs.repositories.facts.fact import Fact, Repository
from jobs.repositories.readme import Table

_NUMBER = re.compile(r"^[*_~↑↓\s(]*[-+]?\d[\d,]*(\.\d+)?\s*%?([*_\s]*(±|\+/?-|\+-|\\pm|\().*)?[*_\s)%↑↓]*$")
_METRIC = re.compile(
    r"\bavg\b|average|accurac|\bacc\b|\bf1\b|\bauc|\bauroc|\bap\b|\bmap\b|precision|recall|bleu|rouge|meteor|cider|dice|\biou\b|miou|psnr|"
    r"ssim|\bfid\b|perplexity|\bppl\b|\brmse\b|\bmae\b|\bmse\b|\bwer\b|\bcer\b|hausdorff|\bhd\b|top-?[15]|\beer\b|\bmrr\b|ndcg|"
    r"spearman|pearson|error|score|reward|return|\bem\b|hits@|r@\d|\br2\b|\bmcc\b|sensitivity|specificity|speed-?up|latency|\bloss\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"(?<![\w.])\d+\.\d+|\d\s*%")
_SPEAKS_OF_RESULTS = re.compile(
    r"result|performance|reproduc|leaderboard|comparison|evaluat|benchmark|statistics", re.I
)
_SETTINGS = re.compile(
    r"^(hyper-?)?param(eter)?s?\b|^arg(ument)?s?\b|^options?\b|^flags?\b|^default|^learning rate|^batch|^epochs?\b|"
    r"^version\b",
    re.I,
)
_FEWEST_NUMBERS = 2


def check_results(repository: Repository) -> dict[str, Fact]:
    """has_results_table_in_readme; the note says whether a command that evaluates stands in the README too."""
    tables = [table for table in repository.readme.tables if is_results_table(table)]
    places = tuple(repository.readme_place(table.line) for table in tables)
    if not tables:
        return {"has_results_table_in_readme": Fact(False)}
    runs = [command for command in readme_commands(repository) if not command.installs]
    note = "The README gives commands beside it." if runs else "The README gives no command that produces it."
    return {"has_results_table_in_readme": Fact(True, places, note)}


def is_results_table(table: Table) -> bool:
    """Numbers under or beside the name of a metric, or in a place that speaks of results; settings are none."""
    head, *rows = [[_plain(cell) for cell in row] for row in table.rows] or [[]]
    if any(_SETTINGS.search(cell) for cell in [*head[:2], *(row[0] for row in rows[:1] if row)]):
        return False
    figures = [cell for row in rows for cell in row[1:] or row if _is_figure(cell)]
    labels = " ".join([*head, *(row[0] for row in rows if row), *figures])
    around = f"{table.caption} {' '.join(table.headings[-1:])}"
    return len(figures) >= _FEWEST_NUMBERS and bool(_METRIC.search(labels) or _SPEAKS_OF_RESULTS.search(around))


def _is_figure(cell: str) -> bool:
    """A number, or a few words with one that name a metric: `AP 0.989`."""
    return bool(_NUMBER.match(cell)) or bool(_FIGURE.search(cell) and _METRIC.search(cell) and len(cell.split()) <= 8)


def _plain(cell: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]", r"\1", cell).strip()
