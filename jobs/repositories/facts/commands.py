"""Commands a reader can run: those in the README, and in shell scripts and makefiles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobs.repositories.facts.fact import Fact, Repository
from jobs.repositories.readme import Block

_ENVIRONMENT = r"(?:[A-Z_][A-Z0-9_]*=\S*\s+)*"
_RUNS = re.compile(
    rf"^\s*(?:[$>%]\s+|!)?{_ENVIRONMENT}"
    r"(?:sudo\s+|time\s+|nohup\s+|srun\s+(?:-\S+\s+)*|uv run\s+|poetry run\s+|xvfb-run\s+)?"
    r"(?P<program>python[\d.]*|bash|sh|zsh|torchrun|accelerate|deepspeed|horovodrun|mpirun|make|sbatch|Rscript|julia|matlab|"
    r"octave|node|npm|npx|cargo|go|java|mvn|gradle|docker|singularity|apptainer|snakemake|nextflow|dvc|jupyter|papermill|"
    r"allennlp|fairseq-\w+|\./[\w./-]+|pip[\d.]*|conda|mamba|git|wget|curl)\s+\S"
)
_INSTALLS = {"pip", "pip3", "conda", "mamba", "git", "wget", "curl", "npm"}
_SCRIPT = re.compile(r"(?:^|[\s/\"'`=])([\w./-]+\.(?:py|sh|r|R|jl|m|lua|ipynb|js|ts))\b")
_MODULE = re.compile(r"\s-m\s+([\w.]+)")
_LONGEST_COMMAND = 4000
_MENTIONED = re.compile(r"`(?:\./)?([\w./-]+\.(?:py|sh|R|jl|m|lua|ipynb))`")


@dataclass(frozen=True)
class Command:
    """A command line and where it stands; `headings` are those above it, where it stands in a README."""

    text: str
    path: str
    line: int
    headings: tuple[str, ...] = ()

    @property
    def installs(self) -> bool:
        """True when it fetches or installs, rather than runs what the paper is about."""
        found = _RUNS.match(self.text)
        program = found["program"] if found else ""
        return program in _INSTALLS or " pip install" in self.text or "setup.py" in self.text

    @property
    def scripts(self) -> list[str]:
        """The files it names, and modules given with -m as files."""
        modules = [module.replace(".", "/") + ".py" for module in _MODULE.findall(self.text)]
        return [name.removeprefix("./") for name in _SCRIPT.findall(self.text)] + modules


def check_commands(repository: Repository) -> dict[str, Fact]:
    """has_commands_in_readme: commands that run something, installing aside."""
    commands = list(readme_commands(repository))
    runs = [command for command in commands if not command.installs]
    places = tuple(repository.readme_place(command.line) for command in runs)
    note = "Only commands that install or download." if commands and not runs else ""
    return {"has_commands_in_readme": Fact(bool(runs), places, note)}


def readme_commands(repository: Repository) -> Iterator[Command]:
    """The commands in the README's code, and in lines of text that are nothing but a command."""
    for block in repository.readme.blocks:
        if block.kind in {"code", "text"}:
            for line, text in _logical_lines(block.text, block.line):
                if _is_command(text, block):
                    yield Command(text.strip().strip("`"), repository.readme.path, line, block.headings)


def script_commands(repository: Repository) -> Iterator[Command]:
    """The commands in shell scripts, makefiles and workflow files."""
    for path in repository.snapshot.named(r".*\.(sh|bash|zsh|slurm|sbatch|bat|ps1|smk)|makefile|snakefile|justfile"):
        for line, text in _logical_lines(repository.snapshot.text(path), 1):
            if _RUNS.match(text):
                yield Command(text.strip(), path, line)


def mentioned_scripts(repository: Repository) -> Iterator[tuple[str, Block]]:
    """Files named in the README's prose, as `path/file.py`."""
    for block in repository.readme.blocks:
        if block.kind == "text":
            for name in _MENTIONED.findall(block.text):
                yield name, block


def _is_command(text: str, block: Block) -> bool:
    bare = text.strip()
    if block.kind == "code":
        return bool(_RUNS.match(text))
    quoted = bare.startswith("`") and bare.count("`") >= 2
    return bool(_RUNS.match(bare.strip("`"))) and (quoted or bare.startswith("$ "))


def _logical_lines(text: str, first: int) -> Iterator[tuple[int, str]]:
    """Lines with their number, those continued by a backslash joined."""
    joined, start = "", first
    for number, line in enumerate(text.split("\n"), first):
        start = start if joined else number
        joined += line.removesuffix("\\")
        if not line.endswith("\\") or len(joined) > _LONGEST_COMMAND:
            yield start, joined
            joined = ""
    if joined:
        yield start, joined
