"""`make test`: see that MariaDB, Redis and Chromium can be had, then run the command that needs them.

What is missing comes from apt where we may install, else from docker compose, else from the addresses in
TEST_DATABASE_URL and TEST_REDIS_URL. The tests start private servers of their own from the programs found here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"])
COMPOSE = ("docker", "compose", "-f", "compose.test.yaml")


@dataclass(frozen=True)
class Need:
    """A program the tests need: its names, the Debian package that has it, the variable that replaces it."""

    title: str
    programs: tuple[str, ...]
    package: str
    variable: str
    from_compose: str = ""  # the value of the variable when compose.test.yaml brings it

    def is_met(self) -> bool:
        return bool(os.environ.get(self.variable)) or any(shutil.which(name, path=PLACES) for name in self.programs)


NEEDS = (
    Need(
        "MariaDB",
        ("mariadbd",),
        "mariadb-server",
        "TEST_DATABASE_URL",
        "mysql+pymysql://root@127.0.0.1:33060/papersnitch_test",
    ),
    Need("Redis", ("redis-server", "valkey-server"), "redis-server", "TEST_REDIS_URL", "redis://127.0.0.1:36379"),
    Need("Chromium", ("chromium", "chromium-browser", "google-chrome"), "chromium", "CHROMIUM"),
)


def main(command: Sequence[str]) -> int:
    """Run the command with everything it needs; its exit status, or 1 with a plain message."""
    if missing():
        install_with_apt(missing())
    extra = {need.variable: need.from_compose for need in missing() if need.from_compose}
    started = bool(extra) and start_compose()
    lacking = [need for need in missing() if not (started and need.from_compose)]
    if lacking:
        print("\n".join(explain(need) for need in lacking), file=sys.stderr)
        return 1
    try:
        return subprocess.call(command, cwd=ROOT, env={**os.environ, **extra, **chromium()})
    finally:
        if started:
            subprocess.call([*COMPOSE, "down", "--volumes"], cwd=ROOT)


def missing() -> list[Need]:
    return [need for need in NEEDS if not need.is_met()]


def install_with_apt(needs: Sequence[Need]) -> None:
    """Install the Debian packages, as root or through a sudo that asks for no password; quietly not, elsewhere."""
    prefix = administrator()
    if prefix is None or not shutil.which("apt-get"):
        return
    packages = [need.package for need in needs]
    print(f"Installing {', '.join(packages)} with apt ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-qy", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*prefix, "apt-get", *words], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print("\n".join((done.stdout + done.stderr).splitlines()[-5:]), file=sys.stderr)


def administrator() -> list[str] | None:
    """What to put before a command so that it runs as root; None when we may not."""
    if os.geteuid() == 0:
        return []
    may = shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0
    return ["sudo", "-n"] if may else None


def start_compose() -> bool:
    """Start the servers of compose.test.yaml; whether they answer."""
    if not shutil.which("docker") or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        return False
    print("Starting MariaDB and Redis with docker compose ...", flush=True)
    return subprocess.call([*COMPOSE, "up", "--detach", "--wait"], cwd=ROOT) == 0


def chromium() -> Mapping[str, str]:
    """Where the browser tests find their browser."""
    names = next(need.programs for need in NEEDS if need.variable == "CHROMIUM")
    found = os.environ.get("CHROMIUM") or next(filter(None, (shutil.which(name, path=PLACES) for name in names)), None)
    return {"CHROMIUM": found} if found else {}


def explain(need: Need) -> str:
    example = f" {need.from_compose}" if need.from_compose else " its path"
    return (
        f"The tests need {need.title}, and it could not be installed. Install {' or '.join(need.programs)} "
        f"(Debian: apt install {need.package}), or set {need.variable}, for example to{example}."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
