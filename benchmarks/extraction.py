"""Extraction with a box for each character, against PDFium's bare text: `python -m benchmarks.extraction PDF...`.

Both are measured in turns in one process that has read the file once before. What counts is the median of the seconds
of processor, which others at work on the machine do not lengthen. The peak of memory is that of a process that extracts
the file once and writes it down, as the product does.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from jobs.confined import RefusalError
from jobs.papers import reader
from jobs.papers.extraction import extract
from jobs.papers.pdfium import opened


def main() -> None:
    """One JSON line a file; one that cannot be read is told as such."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    options.add_argument("pdfs", nargs="+", type=Path, metavar="PDF")
    options.add_argument("--rounds", type=int, default=7)
    chosen = options.parse_args()
    for path in chosen.pdfs:
        try:
            record = {**_in_own_process(timed, str(path), chosen.rounds), "peak_mb": _in_own_process(peak, str(path))}
        except RefusalError as error:
            record = {"refused": str(error)}
        print(json.dumps({"file": path.name, **record}), flush=True)


def timed(path: str, rounds: int) -> dict[str, Any]:
    """Pages, characters, the seconds of either way and how many times longer the boxes take."""
    pages, characters = boxes(path)
    bare(path)
    turns = [(_seconds(bare, path), _seconds(boxes, path)) for _ in range(rounds)]
    bare_seconds, boxes_seconds = (median(column) for column in zip(*turns, strict=True))
    return {
        "pages": pages,
        "characters": characters,
        "bare_seconds": round(bare_seconds, 4),
        "boxes_seconds": round(boxes_seconds, 4),
        "ratio": round(boxes_seconds / bare_seconds, 2),
    }


def bare(path: str) -> int:
    """The text of every page as PDFium gives it, and nothing else."""
    with opened(path) as document:
        characters = 0
        for page in document:
            text_page = page.get_textpage()
            characters += len(text_page.get_text_range())
            text_page.close()
            page.close()
        return characters


def boxes(path: str) -> tuple[int, int]:
    """The product's extraction: reading order, blocks, sections, links, a box for each character."""
    with opened(path) as pdf:
        document = extract(pdf)
    return len(document.pages), sum(len(page.text) for page in document.pages)


def peak(path: str) -> float:
    """Megabytes this process has held at most, the interpreter and PDFium included."""
    with TemporaryDirectory() as folder:
        reader.extract(Path(folder), path)
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def _seconds(work: Callable[[str], Any], path: str) -> float:
    start = process_time()
    work(path)
    return process_time() - start


def _in_own_process(work: Callable[..., Any], *arguments: Any) -> Any:
    with ProcessPoolExecutor(1, get_context("spawn")) as one:
        return one.submit(work, *arguments).result()


if __name__ == "__main__":
    main()
