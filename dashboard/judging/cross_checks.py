"""Cross-checks: what the paper says against what its repository holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CrossCheck:
    """A finding kind and a fact that should go together, and the sentence for each way they can part."""

    finding: str
    fact: str
    only_paper: str
    only_repository: str


CROSS_CHECKS = (
    CrossCheck(
        "seed",
        "sets_seed_in_code",
        "The paper states a random seed, but no seed is set in the code.",
        "The code sets a random seed that the paper does not mention.",
    ),
    CrossCheck(
        "licence",
        "has_licence",
        "The paper speaks of a licence, but the repository has no licence file at its root.",
        "",
    ),
    CrossCheck(
        "model_statement",
        "weights",
        "The paper says that models are available, but the repository neither holds nor links any.",
        "",
    ),
    CrossCheck(
        "software",
        "has_requirements_file",
        "The paper names its software, but the repository has no dependency file.",
        "",
    ),
)
NO_CODE = "The paper says that its code is available, but it is not there: {reason}"


def contradictions(
    counts: Mapping[str, int], facts: Mapping[str, Mapping[str, Any]], fetched: Mapping[str, Any]
) -> list[str]:
    """A sentence for each point on which paper and repository part. `counts` are the findings by kind."""
    if not fetched.get("found"):
        promised = counts.get("code_statement") and fetched.get("absent")
        return [NO_CODE.format(reason=fetched.get("reason", ""))] if promised else []
    sides = ((check, bool(counts.get(check.finding)), facts.get(check.fact, {}).get("value")) for check in CROSS_CHECKS)
    told = (_sentence(check, said, held) for check, said, held in sides if held is not None)
    return [sentence for sentence in told if sentence]


def _sentence(check: CrossCheck, said: bool, held: Any) -> str:
    if said == bool(held):
        return ""
    return check.only_paper if said else check.only_repository
