"""Make the virtual environment, install the locked packages and the pages' files; quick when nothing changed.

Runs before anything is installed: the standard library alone, any Python that can read it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
OLDEST = (3, 11)

NETWORK_SIGNS = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "NewConnectionError",
    "Network is unreachable",
    "nodename nor servname",
    "ProxyError",
    "ConnectTimeoutError",
    "Max retries exceeded",
)
AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
COMPILER_SIGNS = ("command 'gcc'", "command 'cc'", "command 'x86_64-linux-gnu-gcc'", "unable to execute 'gcc'", "cargo")


class CannotPrepare(Exception):
    """Something is missing on this machine; the message says what, and what mends it."""


def main(arguments: list[str]) -> int:
    """Prepare for running, or with `--dev` for working on PaperSnitch too; 0 when all is there."""
    try:
        check_python(sys.version_info[:2])
        make_venv()
        install("requirements-dev.lock" if "--dev" in arguments else "requirements.lock")
        return subprocess.call([str(BIN / "python"), "scripts/front_end.py"], cwd=str(ROOT), env=trusting(os.environ))
    except CannotPrepare as error:
        print("\n" + str(error), file=sys.stderr)
        return 1


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that is too old."""
    if version < OLDEST:
        raise CannotPrepare(
            "PaperSnitch needs Python {}.{} or newer; this is {}.{}.\n"
            "Install one and name it: make run PYTHON=/path/to/python3".format(*OLDEST, *version)
        )


def make_venv() -> None:
    """Make .venv, anew when an earlier try was cut short."""
    if (BIN / "pip").exists():
        return
    say("Making the virtual environment .venv")
    done = capture([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if done.returncode:
        raise CannotPrepare(
            f"Python could not make a virtual environment:\n{tail(done.stdout)}\n"
            "On Debian and Ubuntu: apt install python3-venv. Then run this again."
        )


def install(lock: str) -> None:
    """Install exactly the packages of that lock file, unless they are installed already."""
    stamp = VENV / ("." + lock + ".stamp")
    wanted = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"Installing the packages of {lock} (once, about a minute)")
    pip = [
        str(BIN / "python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
    ]
    done = capture([*pip, "-r", lock])
    (VENV / "install.log").write_text(done.stdout)
    if done.returncode:
        raise CannotPrepare(explain(done.stdout))
    for old in VENV.glob(".requirements*.stamp"):
        old.unlink()
    stamp.write_text(wanted)
    if "dev" in lock:  # it holds all of the other one
        other = ROOT / "requirements.lock"
        (VENV / ".requirements.lock.stamp").write_text(hashlib.sha256(other.read_bytes()).hexdigest())


def trusting(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which Node trusts what this machine trusts: an institute's own authority, for one."""
    known = next((bundle for bundle in AUTHORITIES if Path(bundle).exists()), None)
    return {**({"NODE_EXTRA_CA_CERTS": known} if known else {}), **environment}


def explain(output: str) -> str:
    """A plain reason for a failed installation, from what pip said."""
    if any(sign in output for sign in NETWORK_SIGNS):
        reason = "The package index cannot be reached. Check the network (or PIP_INDEX_URL, HTTPS_PROXY)."
    elif any(sign in output for sign in COMPILER_SIGNS):
        reason = (
            "A package has no ready-made build for this machine and no compiler was found to build it.\n"
            "Install one (Debian, Ubuntu: apt install build-essential python3-dev; macOS: xcode-select --install)."
        )
    else:
        reason = "A package could not be installed. All that pip said is in .venv/install.log."
    return f"{tail(output)}\n\n{reason}\n\nThen run this again."


def capture(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's folder; its output and errors together."""
    return subprocess.run(
        command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def tail(output: str, lines: int = 6) -> str:
    return "\n".join(output.strip().splitlines()[-lines:])


def say(sentence: str) -> None:
    print(sentence + " ...", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
