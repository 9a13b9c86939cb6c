"""Facts about a repository, one small family a file; `all_facts` asks them all."""

from __future__ import annotations

from jobs.repositories.facts.absolute_paths import check_absolute_paths
from jobs.repositories.facts.commands import check_commands
from jobs.repositories.facts.dependencies import check_dependencies
from jobs.repositories.facts.entry_points import check_entry_points
from jobs.repositories.facts.fact import Check, Fact, Repository
from jobs.repositories.facts.imports import check_imports
from jobs.repositories.facts.licence import check_licence
from jobs.repositories.facts.links import check_links
from jobs.repositories.facts.notebooks import check_notebooks
from jobs.repositories.facts.readme_sections import check_citation, check_readme
from jobs.repositories.facts.results import check_results
from jobs.repositories.facts.seeds import check_seeds
from jobs.repositories.facts.upkeep import check_ci, check_container, check_tests
from jobs.repositories.snapshot import Snapshot

CHECKS: tuple[Check, ...] = (
    check_readme,
    check_licence,
    check_dependencies,
    check_imports,
    check_entry_points,
    check_commands,
    check_results,
    check_links,
    check_seeds,
    check_tests,
    check_ci,
    check_container,
    check_notebooks,
    check_absolute_paths,
    check_citation,
)


def all_facts(snapshot: Snapshot) -> dict[str, Fact]:
    """Every fact about the repository, by name."""
    repository = Repository(snapshot)
    return {name: fact for check in CHECKS for name, fact in check(repository).items()}


__all__ = ["CHECKS", "Fact", "Repository", "all_facts"]
