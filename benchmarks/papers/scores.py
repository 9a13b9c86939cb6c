"""What runs found beside what people found: flags, own repositories, repository facts, quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from benchmarks.papers.pipeline import Reading
from benchmarks.papers.plain import Plain, read_plainly
from benchmarks.papers.quotes import quotes_of, unverified
from benchmarks.papers.tally import Tally, judged
from benchmarks.papers.truth import Paper, Repository
from jobs.papers.document import Document
from jobs.repositories.address import address_of
from jobs.repositories.errors import NoRepositoryError
from jobs.repositories.settings import settings_from


@dataclass(frozen=True)
class Cost:
    """What a paper took: `work` is the seconds of all nodes of its run, one after the other."""

    name: str
    pages: int
    work: float
    plain: Plain


@dataclass
class Scores:
    """All figures. `wrong` names what people found otherwise, a line each."""

    strict: dict[str, Tally] = field(default_factory=dict)
    ambiguous: dict[str, Tally] = field(default_factory=dict)
    own_right: int = 0
    own_of: int = 0
    false_claims: int = 0
    facts_right: int = 0
    facts_of: int = 0
    shown: int = 0
    unverified: int = 0
    wrong: list[str] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)

    @property
    def all_strict(self) -> Tally:
        return sum(self.strict.values(), Tally())


def score(readings: Iterable[Reading]) -> Scores:
    """The figures of those readings."""
    scores = Scores()
    for reading in readings:
        if isinstance(reading.subject, Repository):
            _score_repository(scores, reading, reading.subject)
        else:
            _score_paper(scores, reading, reading.subject)
    return scores


def same_repository(one: str | None, other: str | None) -> bool:
    """True for two addresses of one repository, or of one page; for none twice."""
    return _key(one) == _key(other)


def _score_paper(scores: Scores, reading: Reading, paper: Paper) -> None:
    """A run that failed late still counts with what its nodes had found."""
    if reading.failure:
        scores.failed.append({"file": paper.file.name, "reason": reading.failure})
    _score_flags(scores, reading, paper)
    _score_own(scores, reading, paper)
    _score_quotes(scores, reading, paper)


def _score_flags(scores: Scores, reading: Reading, paper: Paper) -> None:
    flags = reading.outputs.get("extract_evidence", {}).get("flags", {})
    for name in sorted(flags.keys() & paper.flags.keys()):
        tallies = scores.ambiguous if name in paper.ambiguous else scores.strict
        tallies[name] = tallies.get(name, Tally()) + judged(flags[name], paper.flags[name])
        if flags[name] != paper.flags[name]:
            unsure = ", ambiguous" if name in paper.ambiguous else ""
            scores.wrong.append(f"{paper.file.name}: {name} is {paper.flags[name]}, found {flags[name]}{unsure}")


def _score_own(scores: Scores, reading: Reading, paper: Paper) -> None:
    """A paper that prints one and could not be read counts as not found."""
    chosen = reading.outputs.get("validate_links", {}).get("repository") or {}
    claimed = chosen.get("url") if chosen.get("own") else None
    if not paper.tells_repository:
        return
    scores.own_of += paper.repository is not None
    scores.own_right += paper.repository is not None and same_repository(claimed, paper.repository)
    scores.false_claims += paper.repository is None and claimed is not None
    if not same_repository(claimed, paper.repository):
        scores.wrong.append(f"{paper.file.name}: its repository is {paper.repository}, found {claimed}")


def _score_quotes(scores: Scores, reading: Reading, paper: Paper) -> None:
    """Where the second reading fails nothing confirms a quote: all are unverified."""
    if "text.json" not in reading.files:
        return
    quotes, plain = quotes_of(reading), read_plainly(paper.file)
    scores.shown += len(quotes)
    if plain is None:
        scores.unverified += len(quotes)
        scores.failed.append({"file": paper.file.name, "reason": "It could not be read a second time."})
        return
    false = unverified(quotes, Document.from_json(reading.files["text.json"]), plain.pages)
    scores.unverified += len(false)
    scores.wrong += [f"{paper.file.name}, page {one.page}: not printed there: {one.text!r}" for one in false]
    scores.costs.append(Cost(paper.file.name, len(plain.pages), reading.seconds, plain))


def _score_repository(scores: Scores, reading: Reading, repository: Repository) -> None:
    fetched, checked = reading.outputs.get("fetch_repo", {}), reading.outputs.get("check_repo", {})
    if reading.failure or not checked.get("found"):
        reason = reading.failure or str(fetched.get("reason", "It was not fetched."))
        scores.failed.append({"repo": repository.name, "reason": reason})
        return
    for name in sorted(repository.facts.keys() & checked["facts"].keys()):
        true, found = repository.facts[name], checked["facts"][name]["value"]
        scores.facts_of += 1
        scores.facts_right += found == true
        if found != true:
            scores.wrong.append(f"{repository.name}: {name} is {true}, found {found}")


def _key(url: str | None) -> str:
    """What tells repositories apart: host and path to the root; of any other page its whole address."""
    if not url:
        return ""
    try:
        address = address_of(url, settings_from({}))
        return f"{address.host}/{address.path}".lower()
    except NoRepositoryError:
        return unquote(url).partition("://")[2].removeprefix("www.").rstrip("/").lower()
