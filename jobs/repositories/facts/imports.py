"""What Python code imports against what the dependency files name."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from dashboard.judging.evidence import Place
from jobs.repositories.facts.dependencies import dependency_files, lock_files
from jobs.repositories.facts.fact import Fact, Repository
from jobs.repositories.facts.requirements import normal, requirements_of

# Modules whose distribution has another name; the common ones of science.
_DISTRIBUTIONS = {
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv"),
    "sklearn": ("scikit-learn", "sklearn"),
    "skimage": ("scikit-image",),
    "PIL": ("pillow",),
    "yaml": ("pyyaml",),
    "torch": ("torch", "pytorch", "pytorch-gpu"),
    "tensorflow": ("tensorflow", "tensorflow-gpu", "tensorflow-cpu", "tf-nightly"),
    "keras": ("keras", "tensorflow", "tensorflow-gpu"),
    "bs4": ("beautifulsoup4",),
    "Bio": ("biopython",),
    "SimpleITK": ("simpleitk",),
    "pytorch_lightning": ("pytorch-lightning", "lightning"),
    "dateutil": ("python-dateutil", "pandas"),
    "mpl_toolkits": ("matplotlib",),
    "pycocotools": ("pycocotools", "pycocotools-windows"),
    "attr": ("attrs",),
    "git": ("gitpython",),
    "dotenv": ("python-dotenv",),
    "igraph": ("igraph", "python-igraph"),
    "umap": ("umap-learn",),
    "faiss": ("faiss-cpu", "faiss-gpu", "faiss"),
    "tensorboardX": ("tensorboardx",),
    "hydra": ("hydra-core",),
    "google": ("protobuf",),
    "ignite": ("pytorch-ignite",),
    "numpy": ("numpy", "torch", "scipy", "pandas", "tensorflow", "scikit-learn"),
}
_ASIDE = re.compile(r"(^|/)(tests?|docs?)/|(^|/)(setup|conftest)\.py$|(^|/)test_[^/]*$|_test\.py$")


def check_imports(repository: Repository) -> dict[str, Fact]:
    """undeclared_imports: modules imported though nothing names them; None without a readable dependency file."""
    declared = {one.name for one in requirements_of(repository, dependency_files(repository))}
    if not declared:
        reason = "A lock file alone was not read." if lock_files(repository) else "No dependency file to compare with."
        return {"undeclared_imports": Fact(None, note=reason)}
    missing = {
        module: place for module, place in _foreign_imports(repository) if not declared & _names_for(module)
    }  # fmt: skip
    return {"undeclared_imports": Fact(sorted(missing), tuple(missing[module] for module in sorted(missing)))}


def _names_for(module: str) -> set[str]:
    return {normal(name) for name in _DISTRIBUTIONS.get(module, (module,))}


def _foreign_imports(repository: Repository) -> Iterator[tuple[str, Place]]:
    """Top-level modules imported that are neither Python's own nor in the repository, each with its last place."""
    local = _local_names(repository)
    for path, tree in repository.snapshot.python_files():
        for module, line in () if _ASIDE.search(path) else _imports(tree):
            if module not in sys.stdlib_module_names and module not in local:
                yield module, repository.snapshot.place(path, line)


def _imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Imports a run cannot do without: those inside `try` have a way out."""
    optional = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.Try) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in optional:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0], node.lineno


def _local_names(repository: Repository) -> set[str]:
    """Every file and folder that could be meant by an import, wherever the path is set to; submodules too."""
    names: set[str] = set()
    for path in (*repository.snapshot.files, *repository.snapshot.submodules):
        names.update(re.sub(r"\.(py|pyx|so|cpp|cu)$", "", part) for part in path.split("/"))
    return names
