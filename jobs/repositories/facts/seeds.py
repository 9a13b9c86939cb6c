"""Random seeds set in code: which calls, and whether training is among what they cover."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dashboard.judging.evidence import Place
from jobs.repositories.facts.entry_points import training_scripts
from jobs.repositories.facts.fact import Fact, Repository

_SEEDING = {
    "manual_seed", "manual_seed_all", "set_seed", "set_random_seed", "seed_everything", "set_all_seeds", "seed_all",
    "setup_seed", "fix_seed", "set_global_seed", "PRNGKey", "enable_full_determinism", "random_seed",
}  # fmt: skip
_SEEDING_WITH_ARGUMENT = {"default_rng", "RandomState", "SeedSequence"}
_RANDOM_MODULES = {"random", "np", "numpy", "cupy", "rnd", "nprandom", "npr"}
_TEXTUAL = {
    ".r": r"\bset\.seed\s*\(",
    ".rmd": r"\bset\.seed\s*\(",
    ".jl": r"\bRandom\.seed!\s*\(|\bMersenneTwister\s*\(\s*\d",
    ".m": r"\brng\s*\(\s*[\d'\"a-z]",
    ".lua": r"\bmanualSeed(All)?\s*\(",
    ".cpp": r"\bsrand\s*\(|\bmt19937\s+\w+\s*[({]\s*\w",
    ".c": r"\bsrand\s*\(",
    ".java": r"\bnew Random\s*\(\s*\w",
    ".py": r"\b(manual_seed|random\.seed|set_random_seed)\s*\(",
    ".ipynb": r"\b(manual_seed|random\.seed|set_(random_)?seed|seed_everything|set\.seed)\s*\(|random_state\s*=\s*\d",
}


def check_seeds(repository: Repository) -> dict[str, Fact]:
    """sets_seed_in_code."""
    places = tuple(_python_seeds(repository)) + tuple(_other_seeds(repository))
    return {"sets_seed_in_code": Fact(bool(places), places, _coverage(repository, places))}


def _python_seeds(repository: Repository) -> Iterator[Place]:
    for path, tree in repository.snapshot.python_files():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (_seeds(node) or _fixed_state(node)):
                yield repository.snapshot.place(path, node.lineno)


def _seeds(call: ast.Call) -> bool:
    """`random.seed(7)`, `torch.manual_seed(s)`; `random.seed()` alone sets nothing, nor does `seed(None)`."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not any(not (isinstance(one, ast.Constant) and one.value is None) for one in arguments):
        return False
    name, owner = _name_and_owner(call.func)
    return name in _SEEDING or name in _SEEDING_WITH_ARGUMENT or (name == "seed" and owner in _RANDOM_MODULES)


def _fixed_state(call: ast.Call) -> bool:
    """`train_test_split(..., random_state=42)`."""
    return any(
        keyword.arg == "random_state" and isinstance(keyword.value, ast.Constant) and keyword.value.value is not None
        for keyword in call.keywords
    )


def _name_and_owner(called: ast.expr) -> tuple[str, str]:
    """`np.random.seed` is ("seed", "random")."""
    if not isinstance(called, ast.Attribute):
        return getattr(called, "id", ""), ""
    owner = called.value
    return called.attr, owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")


def _other_seeds(repository: Repository) -> Iterator[Place]:
    """By pattern in other languages, notebooks, and Python that does not parse (Python 2)."""
    snapshot = repository.snapshot
    for path in snapshot.own_files:
        pattern = next((found for suffix, found in _TEXTUAL.items() if path.lower().endswith(suffix)), None)
        if pattern is None or (path.endswith(".py") and snapshot.syntax_tree(path) is not None):
            continue
        for number, line in enumerate(snapshot.lines(path), 1):
            if re.search(pattern, line) and not line.lstrip().startswith(("#", "//", "%", "--")):
                yield snapshot.place(path, number)


def _coverage(repository: Repository, places: tuple[Place, ...]) -> str:
    """Says so when seeds are set, yet in none of the scripts that train."""
    scripts = training_scripts(repository)
    seeded = {place.path for place in places}
    python = [path for path in scripts if path.endswith(".py")]
    if not places or not python or seeded & set(python):
        return ""
    called = [path for path in python if re.search(r"\b\w*seed\w*\s*\(", repository.snapshot.text(path))]
    return "" if called else f"No training script sets one ({', '.join(python[:3])})."
