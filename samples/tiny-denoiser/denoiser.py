"""A denoiser of one hidden layer: a window of noisy samples in, the clean middle sample out."""

import json
from pathlib import Path

import numpy as np


class Denoiser:
    """Weights and the two things done with them."""

    def __init__(self, window: int, hidden: int, rng: np.random.Generator) -> None:
        self.window = window
        self.first = rng.normal(0.0, window**-0.5, (window, hidden))
        self.second = rng.normal(0.0, hidden**-0.5, hidden)

    def __call__(self, noisy: np.ndarray) -> np.ndarray:
        """Signals of shape (n, length), denoised."""
        windows = self.windows_of(noisy)
        return windows[..., self.window // 2] + np.tanh(windows @ self.first) @ self.second

    def windows_of(self, noisy: np.ndarray) -> np.ndarray:
        padded = np.pad(noisy, ((0, 0), (self.window // 2, self.window // 2)), mode="edge")
        return np.lib.stride_tricks.sliding_window_view(padded, self.window, axis=1)

    def step(self, windows: np.ndarray, clean: np.ndarray, learning_rate: float) -> float:
        """One step of gradient descent on windows of shape (n, window); returns the mean squared error before it."""
        hidden = np.tanh(windows @ self.first)
        error = windows[:, self.window // 2] + hidden @ self.second - clean
        slope = (2.0 / len(clean)) * error
        back = np.outer(slope, self.second) * (1.0 - hidden**2)
        self.second -= learning_rate * (hidden.T @ slope)
        self.first -= learning_rate * (windows.T @ back)
        return float(np.mean(error**2))

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        rounded = {"first": self.first.round(4).tolist(), "second": self.second.round(4).tolist()}
        path.write_text(json.dumps({"window": self.window, **rounded}))

    @classmethod
    def load(cls, path: Path) -> "Denoiser":
        stored = json.loads(path.read_text())
        model = cls(stored["window"], len(stored["second"]), np.random.default_rng(0))
        model.first, model.second = np.array(stored["first"]), np.array(stored["second"])
        return model
