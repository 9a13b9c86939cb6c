"""The files that install PaperSnitch elsewhere: each is what its reader accepts, and names only what there is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from compose_spec import PyCompose

ROOT = Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
SYSTEMD = ROOT / "deploy" / "systemd"
COMPOSE = ROOT / "compose.yaml"
PASSWORDS = {"DATABASE_PASSWORD": "x", "SECRET_KEY": "y"}
KUBERNETES_VERSION = "1.33"
OWN_FORMATS = ("kustomization.yaml",)


def objects() -> list[dict[str, Any]]:
    """Everything that would be applied to a cluster."""
    listed = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"]
    return [one for name in listed for one in yaml.safe_load_all((KUBERNETES / name).read_text())]


def commands() -> list[list[str]]:
    """What the containers of the cluster and of compose run."""
    pods = [one["spec"]["template"]["spec"] for one in objects() if "template" in one.get("spec", {})]
    own = yaml.safe_load(COMPOSE.read_text())["services"].values()
    given = [container.get("command") for pod in pods for container in pod["containers"]]
    return [command for command in [*given, *(one.get("command") for one in own if "build" in one)] if command]


def test_the_kustomization_names_every_file() -> None:
    listed = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == sorted(path.name for path in KUBERNETES.glob("*.yaml") if path.name not in OWN_FORMATS)


@pytest.mark.parametrize("index", range(len(objects())))
def test_kubernetes_accepts_each_object(index: int) -> None:
    """Against the published schema, where a misspelt field is an error."""
    kubernetes_validate.validate(objects()[index], KUBERNETES_VERSION, strict=True)


def test_every_pod_runs_with_no_rights_it_does_not_need() -> None:
    for one in objects():
        if "template" in one.get("spec", {}):
            pod = one["spec"]["template"]["spec"]
            assert pod["securityContext"]["runAsNonRoot"], one["metadata"]["name"]
            for container in pod["containers"]:
                assert not container["securityContext"]["allowPrivilegeEscalation"]
                assert container["securityContext"]["readOnlyRootFilesystem"]
                assert container["resources"]["limits"]["memory"]


def test_what_refers_to_another_object_finds_it() -> None:
    named = {(one["kind"], one["metadata"]["name"]) for one in objects()}
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in objects() if "template" in one.get("spec", {})]
    for one in objects():
        if one["kind"] == "HorizontalPodAutoscaler":
            assert ("Deployment", one["spec"]["scaleTargetRef"]["name"]) in named
        if one["kind"] == "Service":
            assert any(one["spec"]["selector"].items() <= each.items() for each in labels)


@pytest.mark.parametrize("path", [COMPOSE, ROOT / "compose.test.yaml"], ids=lambda path: path.name)
def test_compose_files_are_accepted(path: Path) -> None:
    """By a parser of the published specification, once variables and YAML's merges are filled in."""
    filled = re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}", lambda found: found[1] or "x", path.read_text())
    assert PyCompose.from_json(json.dumps(yaml.safe_load(filled))).to_spec().services


@pytest.mark.skipif(
    subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode != 0
    if shutil.which("docker")
    else True,
    reason="docker compose is not here",
)
def test_docker_compose_accepts_it() -> None:
    command = ["docker", "compose", "--file", str(COMPOSE), "config", "--quiet"]
    subprocess.run(command, env={**os.environ, **PASSWORDS}, check=True)


def test_the_commands_exist() -> None:
    known = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    units = [re.search(r"^ExecStart=(.*)$", path.read_text(), re.M) for path in SYSTEMD.glob("*.service")]
    said = [" ".join(command) for command in commands()] + [unit[1] for unit in units if unit]
    asked = {word for line in said for word in re.findall(r"flask ([a-z-]+)", line)}
    assert {"worker", "sweeper", "db", "create-workflow", "sign-in-link"} <= asked
    assert [word for word in asked if f"  {word} " not in known] == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("unit", sorted(path.name for path in SYSTEMD.glob("*.service")))
def test_systemd_accepts_each_unit(unit: str, tmp_path: Path) -> None:
    """With programs that exist in the place of ours, which are not installed here."""
    text = re.sub(r"^(ExecStart\w*)=\S+", r"\1=/bin/true", (SYSTEMD / unit).read_text(), flags=re.M)
    copy = tmp_path / unit.replace("@", "@1")
    copy.write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if unit.split("@")[0] in line]) == (0, [])


def test_every_variable_of_the_deployments_is_read_somewhere() -> None:
    texts = [(KUBERNETES / "secret.env.example").read_text(), (SYSTEMD / "papersnitch.env.example").read_text()]
    texts += re.findall(r"ENV (.*)", (ROOT / "Dockerfile").read_text().replace(" PATH=", ""))
    names = {name for text in texts for name in re.findall(r"\b([A-Z][A-Z_]+)=", text)}
    names |= set(yaml.safe_load((KUBERNETES / "settings.yaml").read_text())["data"])
    names |= set(yaml.safe_load(COMPOSE.read_text())["x-application"]["environment"])
    code = "".join(path.read_text() for folder in ("dashboard", "jobs") for path in (ROOT / folder).rglob("*.py"))
    code += (ROOT / "gunicorn.conf.py").read_text()
    of_python = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    assert sorted(name for name in names - of_python if f'"{name}"' not in code) == []
