"""Commands a reader can run: those in the README, and in shell scripts and makefiles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jobs.repositories.facts.console_scripts import console_scripts
from jobs.repositories.facts.fact import Fact, Repository
from jobs.repositories.readme import Block

_ENVIRONMENT = r"(?:[A-Z_][A-Za-z0-9_]*=\S*\s+)*"
_GOES_THERE_FIRST = r"(?:(?:cd|export|source|mkdir|conda activate|module load)\s[^&;|]*(?:&&|;)\s*)*"
_STARTED_BY = (
    r"(?:(?:sudo|time|nohup|nice(?:\s+-n\s*-?\d+)?|ionice|env|exec|stdbuf\s+\S+|taskset\s+(?:-c\s+)?\S+|numactl\s+(?:-\S+\s+)*|"
    r"srun(?:\s+-\S+)*|(?:uv|poetry|pixi|hatch|rye|pdm|pipenv) run|conda run(?:\s+-n\s+\S+)?|xvfb-run)\s+)*"
)
_PROGRAMS = (
    r"python[\d.]*|py|ipython|bash|sh|zsh|torchrun|accelerate|deepspeed|horovodrun|mpirun|mpiexec|make|cmake|sbatch|qsub|bsub|"
    r"R|Rscript|julia|matlab|octave|stata|perl|ruby|node|npm|npx|yarn|cargo|go|java|mvn|gradle|sbt|ghc|stack|spark-submit|docker|"
    r"podman|singularity|apptainer|snakemake|nextflow|dvc|mlflow|jupyter|papermill|quarto|streamlit|pytest|tox|just|allennlp|"
    r"fairseq-\w+|\.{1,2}/[\w./-]+|uv|poetry|pixi|pipenv|pip[\d.]*|conda|mamba|micromamba|git|wget|curl|gdown|huggingface-cli"
)
_RUNS = re.compile(
    rf"^\s*(?:[$>%]\s+|!)?{_GOES_THERE_FIRST}{_ENVIRONMENT}{_STARTED_BY}{_ENVIRONMENT}"
    rf"(?:(?P<program>{_PROGRAMS})\s+(?P<rest>\S.*)|(?P<alone>\.{{1,2}}/[\w./-]+|make|pytest)\s*$)"
)
_INSTALLERS = {
    "pip", "pip3", "conda", "mamba", "micromamba", "git", "wget", "curl", "npm", "yarn", "uv", "poetry", "pixi",
    "pipenv", "gdown", "huggingface-cli",
}  # fmt: skip
_SETS_UP = re.compile(
    r"^(-m\s+(pip|venv|ensurepip|nltk\.downloader|spacy download)|install\b|pull\b|(-\S+\s+)*\S*setup\.py\b)|"
    r"\bpip install\b"
)
_FIRST_WORD = re.compile(r"^\s*(?:[$>%]\s+|!)?([\w.-]+)")
_SCRIPT = re.compile(r"(?:^|[\s/\"'`=])([\w./-]+\.(?:py|sh|r|R|jl|m|lua|ipynb|js|ts))\b")
_MODULE = re.compile(r"\s-m\s+([\w.]+)")
_LONGEST_COMMAND = 4000
_MENTIONED = re.compile(r"`(?:\./)?([\w./-]+\.(?:py|sh|R|jl|m|lua|ipynb))`")


@dataclass(frozen=True)
class Command:
    """A command line and where it stands; `headings` are those above it, where it stands in a README. `file` is what it
    runs where it is one of the commands the repository itself installs."""

    text: str
    path: str
    line: int
    headings: tuple[str, ...] = ()
    file: str = ""

    @property
    def installs(self) -> bool:
        """True when it fetches or installs, rather than runs what the paper is about."""
        found = _RUNS.match(self.text)
        return found is not None and (found["program"] in _INSTALLERS or bool(_SETS_UP.search(found["rest"] or "")))

    @property
    def scripts(self) -> list[str]:
        """The files it names, and modules given with -m as files."""
        modules = [module.replace(".", "/") + ".py" for module in _MODULE.findall(self.text)]
        own = [self.file] if self.file else []
        return own + [name.removeprefix("./") for name in _SCRIPT.findall(self.text)] + modules


def check_commands(repository: Repository) -> dict[str, Fact]:
    """has_commands_in_readme: commands that run something, installing aside."""
    commands = list(readme_commands(repository))
    runs = [command for command in commands if not command.installs]
    places = tuple(repository.readme_place(command.line) for command in runs)
    note = "Only commands that install or download." if commands and not runs else ""
    return {"has_commands_in_readme": Fact(bool(runs), places, note)}


def readme_commands(repository: Repository) -> Iterator[Command]:
    """The commands in the README's code, and in lines of text that are nothing but a command."""
    own = console_scripts(repository)
    for block in repository.readme.blocks:
        if block.kind in {"code", "text"}:
            for line, text in _logical_lines(block.text, block.line):
                program = _own_program(text, block, own)
                if program or _is_command(text, block):
                    bare, path = text.strip().strip("`"), repository.readme.path
                    yield Command(bare, path, line, block.headings, own.get(program, ""))


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


def _own_program(text: str, block: Block, own: Mapping[str, str]) -> str:
    """The command of the repository's own that a line of code begins with, or nothing."""
    first = _FIRST_WORD.match(text) if block.kind == "code" else None
    return first[1] if first and first[1] in own else ""


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
