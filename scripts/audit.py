"""`make audit`: look for known holes in what we use, and for holes and secrets in what we wrote.

A registry that cannot be reached is said so and decides nothing; every finding fails. `--short` looks only at our own
files, without the network. What was found and argued away stands in docs/security.md.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parent.parent
OURS = ("dashboard", "jobs", "papersnitch_client", "scripts", "migrations", "wsgi.py", "gunicorn.conf.py")
TESTED = ("tests", "benchmarks")
OTHER = ("deploy", "docs", "static/js", "templates", "samples", "Dockerfile", "compose.yaml", "README.md", "Makefile")
BY_SHAPE = ("PrivateKeyDetector", "AWSKeyDetector", "GitHubTokenDetector", "GitLabTokenDetector", "JwtTokenDetector",
            "OpenAIDetector", "PypiTokenDetector", "NpmDetector", "SlackDetector", "StripeDetector",
            "AzureStorageKeyDetector", "SendGridDetector")  # fmt: skip
BY_NAME = ("KeywordDetector", "BasicAuthDetector")
INVENTED = re.compile(r"secret@|password@|\$\{|\{|CHANGE|only for tests|of one command|\.\.\.", re.IGNORECASE)
ARGUED = frozenset({
    "dashboard/config.py B104", "dashboard/reads/run_filter.py B608", "dashboard/views/frame.py B704",
    "dashboard/views/markdown.py B704", "dashboard/views/second_factor.py B704", "jobs/reports/filters.py B704",
    "migrations/versions/0013_orders_of_runs.py B608", "migrations/versions/0015_room_of_teams.py B608",
    "scripts/probe.py B310",
})  # fmt: skip
BINARY = (".png", ".pdf", ".ico", ".pyc", ".woff2")
FORBIDDEN = re.compile(r"\bA?GPL|Affero|\bGeneral Public License|\bSSPL", re.IGNORECASE)
ALLOWED = re.compile(r"\bLGPL|Lesser General Public", re.IGNORECASE)
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
UNREACHED = "could not be reached: nothing is known of new holes"
SECONDS = 300

Finding = str
Look = Callable[[], tuple[str, list[Finding]]]


def main(arguments: Sequence[str]) -> int:
    """0 when no look found anything."""
    looks: dict[str, Look] = {"our code (bandit)": our_code, "secrets (detect-secrets)": secrets, "licences": licences}
    if "--short" not in arguments:
        looks |= {"Python packages (pip-audit)": python_packages, "npm packages (npm audit)": npm_packages}
    found = 0
    for name, look in looks.items():
        looked_at, findings = look()
        print(f"{name}: {looked_at}; {f'{len(findings)} found' if findings else 'nothing found'}")
        print(*(f"  {finding}" for finding in findings), sep="\n", end="\n" if findings else "")
        found += len(findings)
    return int(found > 0)


def our_code() -> tuple[str, list[Finding]]:
    """What bandit says by the rules that pyproject.toml leaves on, but for what docs/security.md argues by file."""
    options = ["-q", "-c", "pyproject.toml", "-f", "json", "-r", *OURS]
    told = json.loads(_run([sys.executable, "-m", "bandit", *options]).stdout)
    lines = told["metrics"]["_totals"]["loc"]
    wrong = [f"{one['filename']}: {one['reason']}" for one in told["errors"]]
    found = {
        f"{one['filename']} {one['test_id']}": f"{one['line_number']}: {one['issue_text']}" for one in told["results"]
    }
    wrong += [f"{place}, line {words}" for place, words in found.items() if place not in ARGUED]
    wrong += [f"{place} is argued and no longer found: take it from the list" for place in ARGUED - found.keys()]
    return f"{lines:,} lines, {len(ARGUED)} places argued", wrong


def secrets() -> tuple[str, list[Finding]]:
    """Keys by their shape everywhere; passwords by the names around them, where those are not invented for a test."""
    product, others = _texts((*OURS, *OTHER)), _texts(TESTED)
    return f"{len(product) + len(others):,} files", [*secrets_in(product, BY_SHAPE + BY_NAME), *secrets_in(others)]


def secrets_in(files: Sequence[Path], detectors: Sequence[str] = BY_SHAPE) -> list[Finding]:
    found = SecretsCollection()
    with transient_settings({"plugins_used": [{"name": name} for name in detectors]}):
        for file in files:
            found.scan_file(str(file))
    return [
        f"{Path(name).relative_to(ROOT) if Path(name).is_relative_to(ROOT) else name}:{one.line_number} {one.type}"
        for name, one in found
        if one.type not in ("Secret Keyword", "Basic Auth Credentials") or not _is_invented(Path(name), one.line_number)
    ]


def licences() -> tuple[str, list[Finding]]:
    """What is installed to serve: packages under a licence that would bind our own."""
    names = PINNED.findall((ROOT / "requirements.lock").read_text())
    known = {name: licence_of(package) for name in names if (package := _installed(name))}
    bad = [f"{name}: {words}" for name, words in known.items() if is_forbidden(words)]
    return f"{len(known)} of {len(names)} locked packages are installed here", bad


def licence_of(package: Distribution) -> str:
    """Its licence in the packager's words: an expression, else the classifiers, else the first line of a text."""
    about = {name: package.metadata[name] for name in ("License-Expression", "License") if name in package.metadata}
    classes = [one for one in package.metadata.get_all("Classifier") or () if one.startswith("License ::")]
    return about.get("License-Expression") or "; ".join(classes) or (about.get("License") or "unknown").split("\n")[0]


def is_forbidden(words: str) -> bool:
    """Whether none of the choices it leaves is ours to take."""
    choices = [re.split(r"\bAND\b", choice) for choice in re.split(r"\bOR\b|;", words)]
    return all(any(FORBIDDEN.search(part) and not ALLOWED.search(part) for part in parts) for parts in choices)


def python_packages() -> tuple[str, list[Finding]]:
    """What pip-audit knows of the packages in the lock file."""
    options = ["-r", "requirements.lock", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    return python_answer(_run([sys.executable, "-m", "pip_audit", *options]).stdout)


def python_answer(told: str) -> tuple[str, list[Finding]]:
    """It passes over what its registry does not answer for: if that is everything, nothing was looked at."""
    try:
        packages = json.loads(told)["dependencies"]
    except ValueError:
        return UNREACHED, []
    looked_at = [one for one in packages if "skip_reason" not in one]
    holes = [f"{one['name']} {one['version']}: {hole['id']}" for one in looked_at for hole in one["vulns"]]
    words = f"{len(looked_at)} of {len(packages)} packages"
    return (words if looked_at else UNREACHED), holes


def npm_packages() -> tuple[str, list[Finding]]:
    """What npm's registry knows of the packages in its lock file."""
    npm = shutil.which("npm")
    return npm_answer(_run([npm, "audit", "--json"]).stdout) if npm else ("npm is not installed", [])


def npm_answer(told: str) -> tuple[str, list[Finding]]:
    try:
        answer = json.loads(told)
        packages = answer["metadata"]["dependencies"]["total"]
    except (ValueError, KeyError):
        return UNREACHED, []
    return f"{packages} packages", [f"{name}: {about['severity']}" for name, about in answer["vulnerabilities"].items()]


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS)


def _texts(places: Sequence[str]) -> list[Path]:
    whole = [ROOT / place for place in places]
    files = [file for place in whole for file in ([place] if place.is_file() else sorted(place.rglob("*")))]
    return [file for file in files if file.is_file() and file.suffix not in BINARY]


def _is_invented(file: Path, line: int) -> bool:
    return bool(INVENTED.search(file.read_text(errors="replace").splitlines()[line - 1]))


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
