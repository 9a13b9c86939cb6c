"""What is run to train and to evaluate: scripts by their name, by what they do, and by the README's commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from jobs.repositories.facts.commands import Command, mentioned_scripts, readme_commands, script_commands
from jobs.repositories.facts.fact import Fact, Repository
from jobs.repositories.facts.scripts import (
    calls_of,
    does_something,
    local_imports,
    opening_line,
    prepares,
    runnable_files,
    words_of,
)

_GENERAL = re.compile(r"(main[\w-]*|run|cli|__main__|experiments?|run_?\w*experiments?|app)\.(py|r|jl|m)", re.I)
_FLAG = re.compile(
    r"(?:\s(?:--?(?:do|run)[-_])?|(?:mode|task|action|phase|stage)[ =]+)"
    r"(train|fit|eval(?:uate)?|test|predict|infer(?:ence)?)(?=\s|$)"
)


@dataclass(frozen=True)
class Role:
    """A part a script may play: how it is named, and what a general `main` or a notebook calls to play it."""

    names: re.Pattern[str]
    calls: frozenset[str]


TRAINING = Role(
    re.compile(r"(?<![a-z])(re|pre)?[-_]?train(ing|er)?(?![a-z])|fine_?-?tun|(?<![a-z])fit(?![a-z])|learn_model", re.I),
    frozenset({"train", "fit", "backward", "train_one_epoch", "train_epoch", "fit_generator", "train_model"}),
)
EVALUATION = Role(
    re.compile(
        r"eval|(?<![a-z])(test(ing)?|predict(ions?|or)?|infer(ence)?|benchmark|validate|validation|score|metrics?|sample|"
        r"dice|bleu|rouge|fid|auc|demo|reproduce)(?![a-z])",
        re.IGNORECASE,
    ),
    frozenset(
        {
            "evaluate", "eval_model", "predict", "evaluate_model", "run_evaluation", "inference", "validate", "test",
            "accuracy_score", "roc_auc_score", "average_precision_score", "f1_score", "precision_score", "recall_score",
            "classification_report", "confusion_matrix", "mean_squared_error", "mean_absolute_error", "r2_score",
        }
    ),
)  # fmt: skip
_SAID_OF_ANYTHING = frozenset({"test", "predict", "validate", "fit", "backward"})


def check_entry_points(repository: Repository) -> dict[str, Fact]:
    """has_training_script, training_scripts, has_eval_script, eval_scripts."""
    training, evaluating = training_scripts(repository), _scripts(repository, EVALUATION, TRAINING)
    return {
        "has_training_script": _fact(repository, training, bool(training)),
        "training_scripts": _fact(repository, training, training),
        "has_eval_script": _fact(repository, evaluating, bool(evaluating)),
        "eval_scripts": _fact(repository, evaluating, evaluating),
    }


def training_scripts(repository: Repository) -> list[str]:
    """The paths of the training scripts."""
    return _scripts(repository, TRAINING, EVALUATION)


def _fact(repository: Repository, paths: list[str], value: object) -> Fact:
    return Fact(value, tuple(repository.snapshot.place(path, opening_line(repository, path)) for path in paths))


def _scripts(repository: Repository, role: Role, other: Role) -> list[str]:
    """Files named for the role, general ones that play it, and what is run by commands that speak of it; where there
    are none, notebooks and scripts of any name that play it."""
    files = runnable_files(repository)
    named = {path for path in files if role.names.search(words_of(path)) and does_something(repository, path)}
    general = {path for path in files if _GENERAL.fullmatch(_name(path)) and _plays(repository, path, role)}
    commanded = {*_by_command(repository, role, other), *_by_mention(repository, role)}
    found = named | general | commanded or {path for path in files if _plays_alone(repository, path, role)}
    return sorted(found, key=lambda path: (path.count("/"), path))


def _plays_alone(repository: Repository, path: str, role: Role) -> bool:
    """Of a notebook its calls tell; a script must do something too, and call what is not said of anything else."""
    if path.endswith(".ipynb"):
        return bool(calls_of(repository, path) & role.calls)
    telling = role.calls - _SAID_OF_ANYTHING | {"backward"} & role.calls
    return path.endswith(".py") and does_something(repository, path) and bool(calls_of(repository, path) & telling)


def _plays(repository: Repository, path: str, role: Role) -> bool:
    """By what it calls, or by the modules of the repository it imports: their names, and what they call."""
    if calls_of(repository, path) & role.calls:
        return True
    modules, beyond = local_imports(repository, path), role.calls - _SAID_OF_ANYTHING
    return any(role.names.search(words_of(module)) or calls_of(repository, module) & beyond for module in modules)


def _by_command(repository: Repository, role: Role, other: Role) -> Iterator[str]:
    """What the commands run, and the shell scripts that hold such commands."""
    for command in (*readme_commands(repository), *script_commands(repository)):
        if not command.installs and _speaks_of(command, role, other):
            yield from (path for script in command.scripts[:1] for path in _resolve(repository, script))
            if command.path.endswith(".sh"):
                yield command.path


def _by_mention(repository: Repository, role: Role) -> Iterator[str]:
    """Scripts named for the role in the README's prose."""
    for script, _ in mentioned_scripts(repository):
        if role.names.search(words_of(script)):
            yield from _resolve(repository, script)


def _speaks_of(command: Command, role: Role, other: Role) -> bool:
    """By the script's name, by a word such as `--mode train`, or by the heading over a script of no other name."""
    words = " ".join([*map(words_of, command.scripts), command.text.split()[0] if command.file else ""])
    if role.names.search(words):
        return True
    if flag := _FLAG.search(command.text):
        return role.names.search(flag[1]) is not None
    heading = command.headings[-1] if command.headings else ""
    return role.names.search(heading) is not None and not other.names.search(words)


def _resolve(repository: Repository, script: str) -> list[str]:
    """The files a command's script may be: commands are run from folders the README only tells of."""
    own = repository.snapshot.own_files
    found = [path for path in own if path == script or path.endswith(f"/{script}")]
    return [path for path in found if not prepares(path) and _name(path) != "setup.py"][:3]


def _name(path: str) -> str:
    return PurePosixPath(path).name
