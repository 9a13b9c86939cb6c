"""Random seeds set in code: which calls, and whether training is among what they cover."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dashboard.judging.evidence import Place
from jobs.repositories.facts.entry_points import training_scripts
from jobs.repositories.facts.fact import Fact, Repository

_SEEDING = re.compile(
    r"(torch_|np_|tf_)?manual_seed(_all)?|PRNGKey|enable_full_determinism|random_seed|seed_(everything|all|torch|\w+)|"
    r"(set|fix|setup|init|initiali[sz]e|lock|same|reset|apply|configure)_?(\w*_)?seeds?(_\w+)?"
)
_SEEDING_WITH_ARGUMENT = {"default_rng", "RandomState", "SeedSequence", "StableRNG"}
_RANDOM_MODULES = {"random", "np", "numpy", "cupy", "rnd", "nprandom", "npr"}
_KEYWORDS = {"random_state", "seed", "random_seed", "rng_seed"}
_CLOCK = {"time", "now", "urandom", "getpid", "perf_counter", "time_ns"}
_NUMBER = r"(?!\s*(?:time|std::time)\b)"
_TEXTUAL = {
    ".r": r"\bset\.seed\s*\(",
    ".rmd": r"\bset\.seed\s*\(",
    ".qmd": r"\bset\.seed\s*\(|\b(manual_seed|random\.seed|set_seed)\s*\(",
    ".jl": r"\b(Random\.)?seed!\s*\(|\b(MersenneTwister|Xoshiro|StableRNG)\s*\(\s*[\da-z]",
    ".m": r"\brng\s*\(\s*[\d'\"a-z]|\bRandStream\s*\(",
    ".lua": r"\bmanualSeed(All)?\s*\(",
    ".cpp": rf"\bsrand\s*\({_NUMBER}|\bmt19937(_64)?\s+\w+\s*[({{]\s*\w|\bmanual_seed\s*\(",
    ".cc": rf"\bsrand\s*\({_NUMBER}|\bmt19937(_64)?\s+\w+\s*[({{]\s*\w|\bmanual_seed\s*\(",
    ".cu": rf"\bsrand\s*\({_NUMBER}",
    ".c": rf"\bsrand\s*\({_NUMBER}",
    ".java": r"\bnew Random\s*\(\s*\w|\.setSeed\s*\(",
    ".go": r"\brand\.(Seed|NewSource)\s*\((?!\s*time)",
    ".rs": r"\bseed_from_u64\s*\(",
    ".py": r"\b(manual_seed|random\.seed|set_random_seed)\s*\(",
    ".ipynb": r"\b(manual_seed|random\.seed|set_(random_)?seed|seed_everything|set\.seed|seed!)\s*\(|"
    r"\b(random_state|seed)\s*=\s*\d|\b(RandomState|default_rng)\s*\(\s*\w",
    ".yaml": r"^\s*(seed_everything|(global_|random_|manual_)?seed)\s*:\s*\d",
    ".yml": r"^\s*(seed_everything|(global_|random_|manual_)?seed)\s*:\s*\d",
}
_OF_TESTS = re.compile(r"(^|/)tests?/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.\w+$")


def check_seeds(repository: Repository) -> dict[str, Fact]:
    """sets_seed_in_code."""
    places = tuple(_python_seeds(repository)) + tuple(_other_seeds(repository))
    return {"sets_seed_in_code": Fact(bool(places), places, _coverage(repository, places))}


def _python_seeds(repository: Repository) -> Iterator[Place]:
    for path, tree in repository.snapshot.python_files():
        for node in ast.walk(tree) if not _OF_TESTS.search(path) else ():
            if isinstance(node, ast.Call) and (_seeds(node) or _fixed_state(node)):
                yield repository.snapshot.place(path, node.lineno)


def _seeds(call: ast.Call) -> bool:
    """`random.seed(7)`, `torch.manual_seed(s)`; neither `seed()` nor `seed(None)` nor the clock fixes anything."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not any(_fixes(argument) for argument in arguments):
        return False
    name, owner = _name_and_owner(call.func)
    if name in {"seed", "key"}:
        return owner in _RANDOM_MODULES
    return name in _SEEDING_WITH_ARGUMENT or _SEEDING.fullmatch(name) is not None


def _fixed_state(call: ast.Call) -> bool:
    """`train_test_split(..., random_state=42)`, `shuffle(seed=config.seed)`; not the declaring of an option."""
    return any(keyword.arg in _KEYWORDS and _names_a_seed(keyword.value) for keyword in call.keywords)


def _names_a_seed(value: ast.expr) -> bool:
    """A number, or something called a seed: a mere `random_state=random_state` may well be None."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int) and not isinstance(value.value, bool)
    return "seed" in _name_and_owner(value)[0].lower()


def _fixes(argument: ast.expr) -> bool:
    """True for what may be the same in every run."""
    if isinstance(argument, ast.Constant):
        return argument.value is not None
    return not any(
        _name_and_owner(inner.func)[0] in _CLOCK for inner in ast.walk(argument) if isinstance(inner, ast.Call)
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
        if (
            pattern is None
            or _OF_TESTS.search(path)
            or (path.endswith(".py") and snapshot.syntax_tree(path) is not None)
        ):
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
