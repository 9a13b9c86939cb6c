"""The Steps-and-Waves signals: made from a seed, so that nothing has to be downloaded."""

import numpy as np

LENGTH = 128
NOISE = 0.3
SPLITS = {"train": (2000, 11), "validation": (250, 12), "test": (250, 13)}


def load(split: str) -> tuple[np.ndarray, np.ndarray]:
    """Noisy and clean signals of a split, each of shape (signals, LENGTH)."""
    count, seed = SPLITS[split]
    rng = np.random.default_rng(seed)
    clean = np.stack([_signal(rng) for _ in range(count)])
    return clean + rng.normal(0.0, NOISE, clean.shape), clean


def _signal(rng: np.random.Generator) -> np.ndarray:
    time = np.linspace(0.0, 1.0, LENGTH)
    waves = sum(_wave(rng, time) for _ in range(3))
    edges = np.sort(rng.uniform(0.0, 1.0, 3))
    return waves + rng.normal(0.0, 0.7, 4)[np.searchsorted(edges, time)]


def _wave(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    return rng.normal(0.0, 0.5) * np.sin(2 * np.pi * (rng.uniform(0.5, 3.0) * time + rng.uniform()))
