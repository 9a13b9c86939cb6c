"""How right a run is about real papers: `python benchmarks/evidence.py --papers DIR [--repos DIR] [--json]`.

DIR holds PDFs, `manifest.json` and, if repositories were read by people too, `repos.json`. The default workflow runs on
every paper on an engine of its own; `--repos` names a folder of bare repositories (`owner+name`), which a git server on
127.0.0.1 hands out in the place of the real hosts. docs/evidence.md tells how each figure is made.
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # Run as a file: modules are found from the folder above.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.papers.command import main

if __name__ == "__main__":
    sys.exit(main(__doc__))
