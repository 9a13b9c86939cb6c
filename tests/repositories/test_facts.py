"""Facts about small repositories written for one point each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jobs.repositories.facts import Fact, all_facts
from jobs.repositories.snapshot import Snapshot

MIT = (
    "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software, "
    "to deal in the Software without restriction."
)
SCRIPT = "def main():\n    pass\n\n\nif __name__ == '__main__':\n    main()\n"
TABLE = "# Results\n\n| Model | Accuracy |\n| --- | --- |\n| ours | 91.2 |\n| theirs | 90.1 ± 0.3 |\n"

HTML_TABLE = "<table><tr><th>F1</th></tr><tr><td>a</td><td>0.9</td><td>1</td></tr></table>"
SETTINGS = "| Parameter | Default |\n|-|-|\n| learning rate | 0.1 |\n| score | 2 |"


def facts_of(files: dict[str, str], sizes: dict[str, int | None] | None = None) -> dict[str, Fact]:
    listed = {path: len(text) for path, text in files.items()} | (sizes or {})
    return all_facts(Snapshot("c" * 40, "https://github.com/lab/tiny", listed, files))


def value_of(name: str, files: dict[str, str]) -> Any:
    return facts_of(files)[name].value


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("has_readme", {"README.md": "# A"}),
        ("has_readme", {"readme.rst": "A\n="}),
        ("has_readme", {"docs/README.md": "# A"}),
        ("has_licence", {"LICENSE": MIT}),
        ("has_licence", {"LICENCE.txt": MIT}),
        ("has_licence", {"COPYING": MIT}),
        ("has_requirements_file", {"requirements.txt": "numpy"}),
        ("has_requirements_file", {"environment.yml": "dependencies: [numpy=1.2]"}),
        ("has_requirements_file", {"pyproject.toml": "[project]\nname='a'\ndependencies=['numpy']"}),
        ("has_requirements_file", {"code/requirements.txt": "numpy"}),
        ("has_requirements_file", {"renv.lock": "{}"}),
        ("pinned_versions", {"requirements.txt": "numpy==1.26.4\n# a comment\n-r other.txt\ntorch==2.1.0+cu118\n"}),
        ("pinned_versions", {"requirements.txt": "a @ git+https://example.org/a/b@0123456789abcdef\n"}),
        ("pinned_versions", {"environment.yml": "dependencies:\n- python=3.9\n- numpy=1.2\n- pip:\n  - torch==1.3\n"}),
        ("pinned_versions", {"pyproject.toml": "[project]\ndependencies=['numpy']", "uv.lock": ""}),
        ("dependencies_in_readme", {"README.md": "## Requirements\n* PyTorch 1.1\n"}),
        ("dependencies_in_readme", {"README.md": "Run:\n```\npip install torch\n```\n"}),
        ("has_training_script", {"train.py": SCRIPT}),
        ("has_training_script", {"src/run_pretraining.py": "import os\nfor epoch in range(9):\n    print(epoch)\n"}),
        ("has_training_script", {"main.py": SCRIPT.replace("pass", "model.fit(x)")}),
        ("has_training_script", {"run.py": SCRIPT, "README.md": "```bash\npython run.py --mode train\n```"}),
        ("has_training_script", {"go.py": SCRIPT, "README.md": "## Training\n```\n$ python go.py \\\n  --lr 1\n```"}),
        ("has_training_script", {"scripts/train.R": "x <- 1"}),
        ("has_training_script", {"finetune.sh": "echo"}),
        ("has_eval_script", {"evaluate.py": SCRIPT}),
        ("has_eval_script", {"test.py": SCRIPT}),
        ("has_eval_script", {"tools/infer.py": SCRIPT}),
        ("has_eval_script", {"predictModel.py": SCRIPT}),
        ("has_commands_in_readme", {"README.md": "```\nCUDA_VISIBLE_DEVICES=0 python3 a.py\n```"}),
        ("has_commands_in_readme", {"README.md": "Run `python a.py --x` now.\n\n`python a.py --x`\n"}),
        ("has_results_table_in_readme", {"README.md": TABLE}),
        ("has_results_table_in_readme", {"README.md": HTML_TABLE}),
        ("has_tests", {"tests/test_model.py": "def test_shape():\n    assert True\n"}),
        ("has_tests", {"model_test.go": "package a"}),
        ("has_ci", {".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: pytest\n"}),
        ("has_ci", {".gitlab-ci.yml": "a:\n  script: pytest\n"}),
        ("has_dockerfile", {"docker/Dockerfile.gpu": "FROM python:3.11\n"}),
        ("has_dockerfile", {"env.def": "Bootstrap: docker\nFrom: ubuntu\n"}),
        ("sets_seed_in_code", {"a.py": "import torch\ntorch.manual_seed(0)\n"}),
        ("sets_seed_in_code", {"a.py": "import numpy as np\nrng = np.random.default_rng(seed)\n"}),
        ("sets_seed_in_code", {"a.py": "split(x, random_state=1)\n"}),
        ("sets_seed_in_code", {"a.R": "set.seed(1)\n"}),
        ("sets_seed_in_code", {"old.py": "print 'two'\nimport random\nrandom.seed(4)\n"}),
        ("has_absolute_paths", {"a.py": "data = '/home/anna/data/x.csv'\n"}),
        ("has_absolute_paths", {"run.sh": "python a.py --data /mnt/disk1/data/x\n"}),
        ("has_citation", {"CITATION.cff": "cff-version: 1.2.0"}),
        ("has_citation", {"README.md": "```\n@inproceedings{a2020b,\n}\n```"}),
        ("has_weights_link", {"README.md": "Download the pre-trained weights [here](https://drive.google.com/x)."}),
        ("has_weights_link", {"README.md": "## Models\n\n| A | [get](https://zenodo.org/r/a.zip) |\n|-|-|\n"}),
        ("has_weights_link", {"README.md": "[lab/tiny](https://huggingface.co/lab/tiny-base)"}),
        ("has_weights_link", {"download_weights.sh": "wget https://example.org/checkpoint.pth"}),
        ("has_data_link", {"README.md": "We use the [MM-WHS](https://example.org/mm) dataset."}),
        ("has_data_link", {"README.md": "Get the dataset at https://zenodo.org/record/1"}),
        ("has_data_link", {"README.md": "## Data\n<a href='https://example.org/d.zip'>the data set</a>"}),
    ],
)  # fmt: skip
def test_it_sees(name: str, files: dict[str, str]) -> None:
    assert value_of(name, files) is True


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("has_readme", {"src/README.md": "# A"}),
        ("has_licence", {"third/bleu/LICENSE": MIT}),
        ("has_licence", {"README.md": "## License\nMIT\n", "license_plates.py": ""}),
        ("has_requirements_file", {"docs/requirements.txt": "sphinx"}),
        ("has_requirements_file", {"requirements-dev.txt": "ruff"}),
        ("has_requirements_file", {"pyproject.toml": "[tool.black]\nline-length = 99"}),
        ("pinned_versions", {"requirements.txt": "numpy==1.26.4\ntorch>=2\n"}),
        ("pinned_versions", {"requirements.txt": "numpy==1.*\n"}),
        ("pinned_versions", {"README.md": "Pytorch 1.1.0"}),
        ("dependencies_in_readme", {"README.md": "# PyTorch code\nWe use PyTorch.\n"}),
        ("has_training_script", {"training/utils.py": "def train():\n    pass\n"}),
        ("has_training_script", {"train_utils.py": SCRIPT}),
        ("has_training_script", {"constraint.py": SCRIPT, "outfit.py": SCRIPT}),
        ("has_training_script", {"prepare_training_data.py": SCRIPT}),
        ("has_training_script", {"third_party/x/train.py": SCRIPT}),
        ("has_eval_script", {"tests/test_eval.py": SCRIPT}),
        ("has_eval_script", {"train.py": SCRIPT, "README.md": "## Evaluation\n```\npython train.py\n```"}),
        ("has_commands_in_readme", {"README.md": "```\npip install -r requirements.txt\n```"}),
        ("has_commands_in_readme", {"README.md": "python is a language. `python` it is."}),
        ("has_results_table_in_readme", {"README.md": SETTINGS}),
        ("has_results_table_in_readme", {"README.md": "| File | Purpose |\n|-|-|\n| a.py | trains |\n"}),
        ("has_tests", {"test.py": SCRIPT, "save_test_prediction.py": SCRIPT}),
        ("has_tests", {"test_model.py": "def test_epoch(loader):\n    return 1\n"}),
        ("has_ci", {".github/workflows/stale.yml": "jobs:\n  a:\n    steps:\n      - uses: actions/stale@v9\n"}),
        ("has_dockerfile", {"macros.def": "#define X"}),
        ("sets_seed_in_code", {"a.py": "import random\nrandom.seed()\n# torch.manual_seed(0)\nseed_words = ['a']\n"}),
        ("has_absolute_paths", {"a.py": "url = 'https://example.org/home/anna/x'\nb = '/api/home/x'\n"}),
        ("has_absolute_paths", {"tests/test_a.py": "p = '/home/anna/data/x'\n"}),
        ("has_weights_link", {"README.md": "Our [paper](https://arxiv.org/abs/1) uses pre-trained models."}),
        ("has_weights_link", {"README.md": "Based on [VoxelMorph](https://github.com/voxelmorph/voxelmorph)."}),
        ("has_weights_link", {"README.md": "![weights](https://example.org/weights.png)"}),
        ("has_data_link", {"README.md": "See [issues](https://github.com/lab/tiny/issues) about data."}),
        ("has_data_link", {"README.md": "## Citation\n[dataset paper](https://example.org/x)"}),
    ],
)  # fmt: skip
def test_it_does_not_mistake(name: str, files: dict[str, str]) -> None:
    assert value_of(name, files) is False


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (MIT, "MIT"),
        ("Apache License\nVersion 2.0, January 2004", "Apache-2.0"),
        ("GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007", "GPL-3.0"),
        ("GNU LESSER GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007", "LGPL-3.0"),
        ("Redistribution and use in source and binary forms ... Neither the name of", "BSD-3-Clause"),
        ("Redistribution and use in source and binary forms", "BSD-2-Clause"),
        ("Attribution-NonCommercial 4.0 International", "CC-BY-NC-4.0"),
        ("Do as you please, but tell us.", None),
    ],
)
def test_it_names_the_licence(words: str, name: str | None) -> None:
    assert value_of("licence", {"LICENSE": words}) == name


def test_it_says_where_a_licence_was_found_that_does_not_count() -> None:
    assert "bleu/LICENSE" in facts_of({"bleu/LICENSE": MIT})["has_licence"].note


def test_it_tells_weights_from_data_in_neighbouring_lines() -> None:
    readme = (
        "1. Download features of [A](https://x.example/share/a) and [B](https://x.example/share/b).\n"
        "2. Download pre-trained models [a](https://x.example/share/c)\nand [b](https://x.example/share/d).\n"
    )
    facts = facts_of({"README.md": readme})
    assert facts["data"].value == ["https://x.example/share/a", "https://x.example/share/b"]
    assert facts["weights"].value == ["https://x.example/share/c", "https://x.example/share/d"]
    assert [place.line for place in facts["weights"].places] == [2, 3]


def test_it_notes_weights_kept_in_the_repository() -> None:
    facts = facts_of({"README.md": "# A"}, {"models/best.pth": None})
    assert (facts["has_weights_link"].value, facts["weights"].value) == (False, ["models/best.pth"])


def test_it_names_a_package_that_cannot_be_installed_as_written() -> None:
    assert "pytorch" in facts_of({"requirements.txt": "pytorch==1.3.1\n"})["pinned_versions"].note


def test_it_says_when_training_itself_sets_no_seed() -> None:
    files = {"train.py": SCRIPT, "predict.py": "import random\nrandom.seed(1)\n"}
    assert "No training script sets one (train.py)." in facts_of(files)["sets_seed_in_code"].note


def test_it_lists_imports_nothing_names() -> None:
    code = "import os, numpy, cv2\nfrom local import x\nfrom . import y\nimport sklearn.svm\n"
    code += "try:\n    import apex\nexcept ImportError:\n    pass\n"
    files = {"requirements.txt": "numpy\nscikit_learn\n", "a.py": code, "local.py": ""}
    fact = facts_of(files)["undeclared_imports"]
    assert (fact.value, fact.places[0].line) == (["cv2"], 1)


def test_it_cannot_tell_undeclared_imports_without_a_dependency_file() -> None:
    assert value_of("undeclared_imports", {"a.py": "import numpy\n"}) is None


@pytest.mark.parametrize(
    ("counts", "in_order"), [([1, 2, 3], True), ([3, 1, 2], False), ([2, 3], False), ([None], None)]
)
def test_it_sees_whether_notebooks_ran_in_order(counts: list[int | None], in_order: bool | None) -> None:
    cells: list[dict[str, Any]] = [{"cell_type": "code", "execution_count": count, "source": []} for count in counts]
    facts = facts_of({"a.ipynb": json.dumps({"cells": cells})})
    assert (facts["notebook_count"].value, facts["notebooks_run_in_order"].value) == (1, in_order)


@pytest.mark.parametrize(
    "text",
    ["(" * 100_000, "1+" * 100_000 + "1", "\0", "é" * 10, "def f(:\n", "x = '\\d'\n", "[" * 3000 + "]" * 3000],
)
def test_code_that_breaks_parsers_is_just_not_understood(text: str) -> None:
    assert facts_of({"train.py": text, "README.md": text, "environment.yml": text, "a.ipynb": text})["has_readme"].value


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["[", "<a href=", "| a ", "`", "![](", "<table><tr>", "https://x.y/", "a." * 50, "pip install\\\n", " "]
)
def test_a_readme_made_to_be_slow_does_not_hold_up_the_worker(piece: str) -> None:
    assert facts_of({"README.md": (piece * 250_000)[:250_000]})["has_readme"].value


def test_an_empty_repository_has_plain_facts() -> None:
    assert value_of("has_readme", {}) is False
