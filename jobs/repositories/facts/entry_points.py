"""What is run to train and to evaluate: scripts by their name, by what they do, and by the README's commands."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

from jobs.repositories.facts.commands import Command, mentioned_scripts, readme_commands, script_commands
from jobs.repositories.facts.fact import Fact, Repository

_TRAINS = re.compile(
    r"(?<![a-z])(re|pre)?[-_]?train(ing|er)?(?![a-z])|fine_?-?tun|(?<![a-z])fit(?![a-z])|learn_model", re.I
)
_EVALUATES = re.compile(
    r"eval|(?<![a-z])(test(ing)?|predict(ions?|or)?|infer(ence)?|benchmark|validate|validation|score|metrics?|sample|"
    r"dice|bleu|rouge|fid|auc|demo|reproduce)(?![a-z])",
    re.IGNORECASE,
)
_CODE = r".*\.(py|r|rmd|jl|m|lua|sh|ipynb|java|go|rs|cpp|cc|scala|js|ts|pl|slurm|sbatch)"
_LIBRARY = re.compile(
    r"(^|[_/])(utils?|helpers?|data_?loaders?|datasets?|options?|opts?|config(s|uration)?|args|losses|layers|callbacks)"
    r"(_|\.py$)|__init__\.py$|(^|/)tests?/|(^|/)(setup|conftest)\.py$",
    re.IGNORECASE,
)
_GENERAL = re.compile(r"(main|run|cli|__main__|experiments?|run_?\w*experiments?|app)\.(py|r|jl|m)", re.I)
_TRAINING_CALLS = {"train", "fit", "backward", "train_one_epoch", "train_epoch", "fit_generator", "train_model"}
_EVALUATING_CALLS = {"evaluate", "eval_model", "predict", "evaluate_model", "run_evaluation", "inference", "validate"}
_TEST_FUNCTION = re.compile(r"^\s*(async )?def test_\w+\(|unittest\.TestCase|^import pytest|^from pytest", re.M)


def check_entry_points(repository: Repository) -> dict[str, Fact]:
    """has_training_script, training_scripts, has_eval_script, eval_scripts."""
    commands = [*readme_commands(repository), *script_commands(repository)]
    training = _scripts(repository, commands, _TRAINS, _TRAINING_CALLS)
    evaluating = _scripts(repository, commands, _EVALUATES, _EVALUATING_CALLS)
    return {
        "has_training_script": _fact(repository, training, bool(training)),
        "training_scripts": _fact(repository, training, training),
        "has_eval_script": _fact(repository, evaluating, bool(evaluating)),
        "eval_scripts": _fact(repository, evaluating, evaluating),
    }


def training_scripts(repository: Repository) -> list[str]:
    """The paths of the training scripts."""
    commands = [*readme_commands(repository), *script_commands(repository)]
    return _scripts(repository, commands, _TRAINS, _TRAINING_CALLS)


def _fact(repository: Repository, paths: list[str], value: object) -> Fact:
    return Fact(value, tuple(repository.snapshot.place(path, _opening(repository, path)) for path in paths))


def _scripts(repository: Repository, commands: list[Command], role: re.Pattern[str], calls: set[str]) -> list[str]:
    """Runnable files of the role: named for it, doing it as a general `main`, or run by a command that speaks of it."""
    runnable = [path for path in repository.snapshot.named(_CODE) if not _LIBRARY.search(path)]
    by_name = [path for path in runnable if role.search(_stem(path)) and _runs(repository, path)]
    by_calls = [path for path in runnable if _GENERAL.fullmatch(_name(path)) and _calls(repository, path) & calls]
    by_command = [path for command in commands if _speaks_of(command, role) for path in _files_of(repository, command)]
    named_in_prose = [
        path
        for script, block in mentioned_scripts(repository)
        if role.search(block.text)
        for path in _resolve(repository, script)
        if role.search(_stem(path))
    ]
    shells = [
        command.path for command in commands if command.path.endswith(".sh") and role.search(_script_words(command))
    ]
    return sorted(
        {*by_name, *by_calls, *by_command, *named_in_prose, *shells}, key=lambda path: (path.count("/"), path)
    )


def _runs(repository: Repository, path: str) -> bool:
    """True for a file that does something when run; a Python module of definitions alone does not."""
    if not path.endswith(".py"):
        return True
    tree, text = repository.snapshot.syntax_tree(path), repository.snapshot.text(path)
    if _name(path).startswith("test_") and _TEST_FUNCTION.search(text):
        return False
    if tree is None:
        return "__main__" in text or not text
    return any(_does_something(statement) for statement in tree.body)


def _does_something(statement: ast.stmt) -> bool:
    """A loop, a call with an effect or a main guard; not a definition, an import, a docstring, a setting of a path."""
    if isinstance(statement, ast.If):
        return "__name__" in ast.dump(statement.test)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call) and _called(statement.value) not in {
            "insert",
            "append",
            "use",
            "filterwarnings",
        }
    return isinstance(statement, ast.For | ast.While | ast.With)


def _calls(repository: Repository, path: str) -> set[str]:
    """The names of all functions a file calls."""
    tree = repository.snapshot.syntax_tree(path)
    if tree is None:
        return set(re.findall(r"\b(\w+)\s*\(", repository.snapshot.text(path)))
    return {_called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _speaks_of(command: Command, role: re.Pattern[str]) -> bool:
    """By its own words (`main.py --mode train`), or by standing alone under a heading of the role."""
    if role.search(_script_words(command)) or re.search(
        rf"(mode|task|action|phase|do)[ =_-]*({role.pattern})", command.text, re.I
    ):
        return True
    bare = re.search(r"\s(--?do[-_])?(train|eval(uate)?|test|predict)(\s|$)", command.text)
    if bare:
        return bool(role.search(bare[2]))
    return bool(command.headings) and bool(role.search(command.headings[-1]))


def _script_words(command: Command) -> str:
    return " ".join(_stem(script) for script in command.scripts)


def _files_of(repository: Repository, command: Command) -> list[str]:
    return [path for script in command.scripts[:1] for path in _resolve(repository, script)]


def _resolve(repository: Repository, script: str) -> list[str]:
    """The files a command's script may be: commands are run from folders the README only tells of."""
    own = repository.snapshot.own_files
    return [path for path in own if path == script or path.endswith(f"/{script}")][:3]


def _opening(repository: Repository, path: str) -> int:
    """The line that makes a script a script: its main guard, where it has one."""
    lines = repository.snapshot.lines(path)
    return next((number for number, line in enumerate(lines, 1) if re.match(r"if __name__\s*==", line)), 0)


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _stem(path: str) -> str:
    """A file's name as words: `evalModel.py` is `eval_Model`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", PurePosixPath(path).stem)
