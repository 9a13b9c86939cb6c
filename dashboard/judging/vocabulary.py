"""The words a rubric may use: kinds of findings, facts about a repository, types of papers; each as people say it."""

from __future__ import annotations

FINDINGS = {
    "annotation": "how data were annotated",
    "baselines": "how the baselines were implemented",
    "checklist_answer": "an answer on the paper's own checklist",
    "clinical": "clinical significance",
    "code_statement": "a statement on where the code is",
    "cohort": "the people studied",
    "compute": "the computing resources",
    "data_statement": "a statement on where the data are",
    "dataset": "the datasets used",
    "error_bars": "error bars or a spread",
    "ethics": "an ethics statement",
    "failure_cases": "failed cases",
    "hyperparameters": "hyper-parameters",
    "licence": "a licence",
    "limitations": "limitations",
    "memory": "the memory used",
    "metrics": "metrics",
    "model_statement": "a statement on where the models are",
    "preprocessing": "pre-processing",
    "runs": "the number of runs",
    "runtime": "the run time",
    "seed": "a random seed",
    "sensitivity": "sensitivity to parameters",
    "significance": "a significance test",
    "software": "the software used",
    "splits": "the data splits",
}
REPOSITORY = {
    "dependencies_in_readme": "dependencies in the README",
    "has_ci": "continuous integration",
    "has_citation": "how to cite",
    "has_commands_in_readme": "commands in the README",
    "has_data_link": "a link to the data",
    "has_dockerfile": "a container file",
    "has_eval_script": "an evaluation script",
    "has_licence": "a licence",
    "has_readme": "a README",
    "has_requirements_file": "a dependency file",
    "has_results_table_in_readme": "a results table in the README",
    "has_tests": "tests",
    "has_training_script": "a training script",
    "has_weights_link": "a link to trained weights",
    "weights": "trained weights among the files",
    "pinned_versions": "pinned versions",
    "sets_seed_in_code": "a random seed set in code",
}
FINDING_KINDS = frozenset(FINDINGS)
FACTS = frozenset(REPOSITORY)
PAPER_TYPES = frozenset({"method", "dataset", "benchmark", "review", "theory"})


def in_words(name: str) -> str:
    """A kind or a fact as it is called in a sentence."""
    return FINDINGS.get(name) or REPOSITORY.get(name) or name.replace("_", " ")
