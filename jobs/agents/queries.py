"""Queries: the words by which passages are searched for a criterion, beside those of its own question."""

from __future__ import annotations

from dashboard.judging.criterion import Criterion
from dashboard.judging.vocabulary import in_words

# How papers and repositories speak of each kind of evidence.
WORDS = {
    "annotation": "annotated annotators labelled crowdworkers Mechanical Turk instructions paid agreement",
    "baselines": "baseline baselines compared re-implemented official implementation reported",
    "clinical": "clinical clinicians patients practice diagnosis significance",
    "code_statement": "our code is available released at https github repository open source implementation",
    "cohort": "patients participants subjects age sex cohort recruited demographics",
    "compute": "trained on GPU GPUs NVIDIA V100 A100 RTX TPU CPU memory RAM hours days hardware machine cluster",
    "data_statement": "data dataset is available for download released at https repository access",
    "dataset": "dataset datasets experiments conducted on benchmark corpus collected images samples data dados datos",
    "error_bars": "mean standard deviation std ± error bars confidence interval over runs average média desvio",
    "ethics": "ethics ethical concerns approval review board IRB informed consent broader impact societal",
    "failure_cases": "failure failed cases fails errors examples wrong",
    "hyperparameters": "hyperparameters learning rate batch size epochs optimizer Adam SGD dropout weight decay",
    "licence": "licence license licensed CC BY MIT Apache terms of use",
    "limitations": "limitations limitation limited future work shortcomings limitações limites",
    "memory": "memory GB peak footprint VRAM",
    "metrics": "metric metrics accuracy F1 score evaluated measured defined as",
    "model_statement": "pretrained models weights checkpoints available released at https",
    "preprocessing": "preprocessing normalized resized tokenized cropped filtered excluded removed",
    "runs": "runs repeated times trials seeds average over",
    "runtime": "runtime seconds hours per epoch training time inference took",
    "seed": "random seed seeds fixed random_state reproducible semente",
    "sensitivity": "sensitivity varying effect of parameter values ablation",
    "significance": "statistically significant significance test p-value Wilcoxon t-test",
    "software": "implemented in PyTorch TensorFlow Python version library framework",
    "splits": "split training validation test sets cross-validation folds",
    "dependencies_in_readme": "requirements install pip conda dependencies Python version",
    "has_commands_in_readme": "run python bash command usage example",
    "has_data_link": "dataset data download link https",
    "has_eval_script": "evaluate evaluation test accuracy metrics eval.py",
    "has_requirements_file": "requirements.txt environment.yml setup.py pyproject dependencies install",
    "has_results_table_in_readme": "results table accuracy reproduce README",
    "has_training_script": "train training epochs optimizer loss train.py main",
    "has_weights_link": "pretrained model weights checkpoint download link https",
    "weights": "pretrained model weights checkpoint .pth .ckpt",
}


def query_for(criterion: Criterion) -> str:
    """What to search for: the evidence as papers speak of it, else the question and what counts as an answer."""
    names = " ".join(f"{in_words(name)} {WORDS.get(name, '')}" for name in criterion.evidence)
    return f"{criterion.title} {names or f'{criterion.question} {criterion.counts}'}"
