import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import signals
from denoiser import Denoiser


def test_signals_are_the_same_every_time():
    assert np.array_equal(signals.load("test")[0], signals.load("test")[0])


def test_training_lowers_the_error():
    rng = np.random.default_rng(0)
    model = Denoiser(window=5, hidden=4, rng=rng)
    noisy, clean = signals.load("validation")
    windows, targets = model.windows_of(noisy).reshape(-1, 5), clean.reshape(-1)
    before = model.step(windows, targets, 0.05)
    for _ in range(50):
        after = model.step(windows, targets, 0.05)
    assert after < 0.9 * before


def test_weights_survive_saving(tmp_path):
    model = Denoiser(window=5, hidden=4, rng=np.random.default_rng(0))
    model.save(tmp_path / "weights.json")
    noisy, _ = signals.load("validation")
    assert np.allclose(Denoiser.load(tmp_path / "weights.json")(noisy), model(noisy), atol=0.01)
