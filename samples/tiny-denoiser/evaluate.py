"""Measure trained denoisers against the baselines: python evaluate.py weights/seed-*.json"""

import argparse
from pathlib import Path

import numpy as np
import signals
from denoiser import Denoiser

WIDTHS = (1, 3, 5, 7, 9, 11)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="+")
    options = parser.parse_args()
    noisy, clean = signals.load("test")
    width = best_width()
    print(f"no denoising        {error(noisy, clean):.4f}")
    print(f"moving average ({width})  {error(smooth(noisy, width), clean):.4f}")
    errors = [error(Denoiser.load(path)(noisy), clean) for path in options.weights]
    spread = np.std(errors, ddof=1) if len(errors) > 1 else 0.0
    print(f"tiny denoiser       {np.mean(errors):.4f} ± {spread:.4f}  ({len(errors)} runs)")


def best_width() -> int:
    """The width of the moving average that does best on the validation signals."""
    noisy, clean = signals.load("validation")
    return min(WIDTHS, key=lambda width: error(smooth(noisy, width), clean))


def smooth(noisy: np.ndarray, width: int) -> np.ndarray:
    padded = np.pad(noisy, ((0, 0), (width // 2, width // 2)), mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, width, axis=1).mean(axis=-1)


def error(guess: np.ndarray, clean: np.ndarray) -> float:
    return float(np.mean((guess - clean) ** 2))


if __name__ == "__main__":
    main()
