"""Traps real repositories set: unusual names, other languages, and what only looks like the thing."""

from __future__ import annotations

import json

import pytest

from tests.repositories.test_facts import MIT, value_of

FITS = "class Fit:\n    def run(self):\n        self.trainer.train()\n"
CONSOLE = "[project]\nname = 'lab'\n[project.scripts]\nlab-train = 'lab.cli:go'\n"
GO = "def go(): ...\n"
USES_CONSOLE = "## Training\n\n```\nlab-train --epochs 3\n```\n"


def notebook(code: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "execution_count": 1, "source": [code]}]})


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("has_licence", {"LICENCE.rst": MIT}),
        ("has_licence", {"COPYING": "words"}),
        ("has_licence", {"README.md": f"# A\n\n## Licence\n\n{MIT}\n"}),
        ("has_requirements_file", {"env.yaml": "dependencies:\n  - numpy\n"}),
        ("has_requirements_file", {"Pipfile": "[packages]\nnumpy = '*'\n"}),
        ("has_requirements_file", {"code/dependencies.txt": "numpy\n"}),
        ("has_requirements_file", {"install.R": "install.packages('lme4')\n"}),
        ("has_requirements_file", {"uv.lock": "version = 1\n"}),
        ("pinned_versions", {"Pipfile": "[packages]\nnumpy = '==1.26.4'\ntorch = {version = '==2.1'}\n"}),
        ("pinned_versions", {"pyproject.toml": "[tool.poetry.dependencies]\nnumpy = '1.26.4'\n"}),
        ("has_training_script", {"run.py": "from src.fitting import Fit\nFit().run()\n", "src/fitting.py": FITS}),
        ("has_training_script", {"annotated.py": "for batch in data:\n    loss(batch).backward()\n"}),
        ("has_training_script", {"analysis.ipynb": notebook("model.fit(x)")}),
        ("has_training_script", {"pyproject.toml": CONSOLE, "src/lab/cli.py": GO, "README.md": USES_CONSOLE}),
        ("has_eval_script", {"main.py": "from sklearn.metrics import roc_auc_score\nprint(roc_auc_score(y, p))\n"}),
        ("has_commands_in_readme", {"README.md": "```\nnice python a.py --x\n```"}),
        ("has_commands_in_readme", {"README.md": "```\ncd code && CUDA_VISIBLE_DEVICES=0 python a.py\n```"}),
        ("has_commands_in_readme", {"README.md": "```\n./run.sh\n```"}),
        ("has_commands_in_readme", {"README.md": USES_CONSOLE, "pyproject.toml": CONSOLE}),
        ("has_results_table_in_readme", {"README.md": "| Task | Winner |\n|-|-|\n| A | AP 0.9 |\n| B | mAP 0.31 |\n"}),
        ("has_tests", {"experiments/tests/test_a.py": "def test_a():\n    assert 1\n"}),
        ("has_tests", {"tests/testthat/test-model.R": "expect_equal(1, 1)"}),
        ("has_tests", {"test/runtests.jl": "@test 1 == 1"}),
        ("has_ci", {".travis.yml": "script: pytest\n"}),
        ("has_ci", {".circleci/config.yml": "jobs: {}\n"}),
        ("sets_seed_in_code", {"util.py": "import pl\npl.seed_everything(args.seed)\n"}),
        ("sets_seed_in_code", {"a.py": "lock_torch_seed(3)\n"}),
        ("sets_seed_in_code", {"a.py": "data.sample(random_state=self.cfg.seed)\n"}),
        ("sets_seed_in_code", {"a.py": "ds.shuffle(seed=42)\n"}),
        ("sets_seed_in_code", {"a.jl": "Random.seed!(1234)\n"}),
        ("sets_seed_in_code", {"conf/base.yaml": "seed_everything: 7\n"}),
        ("sets_seed_in_code", {"a.cpp": "std::mt19937 gen(42);\n"}),
        ("has_citation", {"README.md": "If you use this code, please cite our paper.\n"}),
        ("has_weights_link", {"README.md": "The weights are at https://doi.org/10.5281/zenodo.12345\n"}),
        ("has_weights_link", {"README.md": "Get the [English word vectors](https://lab.example.org/english.html).\n"}),
        ("has_data_link", {"README.md": "We use the [Ohio Dataset](https://data.example.org/).\n"}),
    ],
)  # fmt: skip
def test_it_sees(name: str, files: dict[str, str]) -> None:
    assert value_of(name, files) is True


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("has_licence", {"copying_files.py": "", "README.md": "# A\n"}),
        ("has_requirements_file", {"requirements.txt": "# nothing yet\n\n"}),
        ("has_requirements_file", {"environment.yml": "name: x\n"}),
        ("has_requirements_file", {"install.R": "library(lme4)\n"}),
        ("has_requirements_file", {".github/requirements.txt": "ruff\n"}),
        ("has_training_script", {"run.py": "from plots import draw\ndraw()\n", "plots.py": "def draw(): ...\n"}),
        ("has_training_script", {"main.py": "import nets\nnets.go()\n", "nets.py": "def go():\n  model.train()\n"}),
        ("has_training_script", {"plots.ipynb": notebook("plt.plot(x)")}),
        ("has_commands_in_readme", {"README.md": "```\nuv sync\npython -m pip install .\npip install -e .\n```"}),
        ("has_results_table_in_readme", {"README.md": "| Layer | Does |\n|-|-|\n| 1 | reads 32 |\n| 2 | adds |\n"}),
        ("has_tests", {"test.py": "def test_epoch(x):\n    assert x\n"}),
        ("sets_seed_in_code", {"a.py": "np.random.seed(int(time.time()))\n", "b.cpp": "srand(time(NULL));\n"}),
        ("sets_seed_in_code", {"a.py": "fit(random_state=None)\ng(random_state=random_state)\n"}),
        ("sets_seed_in_code", {"tests/test_a.py": "torch.manual_seed(0)\n"}),
        ("has_weights_link", {"README.md": "# A model\n[Slides](https://drive.google.com/x) of language models\n"}),
        ("has_data_link", {"README.md": "See my post [\"Larger data sets\"](https://lab.example.org/posts/larger.html)."}),
        ("has_data_link", {"README.md": "[split nets](https://github.com/a/b/blob/main/x.ipynb)"}),
    ],
)  # fmt: skip
def test_it_does_not_mistake(name: str, files: dict[str, str]) -> None:
    assert value_of(name, files) is False
