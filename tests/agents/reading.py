"""Papers read once and assessed many times: the nodes before the checks, and the checks with a model of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.judging.proof import PaperText
from tests.agents.model_server import ModelServer
from tests.handlers.conftest import Chain

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
READING = ("ingest_pdf", "extract_text", "screen_text", "extract_evidence", "validate_links")
REPOSITORY = ("fetch_repo", "check_repo")

Endpoint = Callable[..., AbstractContextManager[ModelServer]]


def read(paper: Path, folder: Path, *more: str) -> Chain:
    """The paper taken through the nodes before the checks."""
    chain = Chain(folder, paper)
    chain.run(*READING, *more)
    return chain


@dataclass(frozen=True)
class Assessed:
    """What a check has just made of a paper that was read before: the node's output and its artifact."""

    chain: Chain
    output: dict[str, Any]
    artifact: dict[str, Any]

    def verdicts(self, assessor: str = "openai:") -> dict[str, dict[str, Any]]:
        """By `rubric/criterion`, those of whoever's name begins so."""
        return {
            f"{rubric}/{verdict['criterion']}": verdict
            for rubric, verdicts in self.artifact["verdicts"].items()
            for verdict in verdicts
            if verdict["assessor"].startswith(assessor)
        }

    def all_verified(self) -> bool:
        """Every quote kept stands in the stored text, and nothing is met without one."""
        text = PaperText.parted(self.chain.artifact("extract_text", "text.txt").decode())
        kept = self.verdicts().values()
        quotes = [quote for verdict in kept for quote in verdict["quotes"]]
        stand = all(text.pages[q["page"] - 1][q["start"] : q["end"]] == q["text"] and q["verified"] for q in quotes)
        return stand and all(v["quotes"] or v["places"] for v in kept if v["answer"] == "met")


def assessed(read_before: Chain, rubrics: Sequence[str], node: str = "ai_checks_pdf") -> Assessed:
    """Run one check on it under these rubrics, apart from all other runs on the same paper."""
    chain = begun(read_before, rubrics)
    chain.run(node)
    return outcome(chain, node)


def begun(read_before: Chain, rubrics: Sequence[str]) -> Chain:
    """A run of its own on a paper that was read before."""
    return Chain(read_before.folder, read_before.paper, {"rubrics": list(rubrics)}, dict(read_before.outputs))


def outcome(chain: Chain, node: str = "ai_checks_pdf") -> Assessed:
    """What the last run of that check left."""
    name = "verdicts_pdf.json" if node == "ai_checks_pdf" else "verdicts_repo.json"
    return Assessed(chain, dict(chain.outputs[node]), chain.json(node, name))
