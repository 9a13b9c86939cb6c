"""Train one denoiser: python train.py --seed 0 --out weights/seed-0.json"""

import argparse
import random
from pathlib import Path

import numpy as np
import signals
from denoiser import Denoiser


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--window", type=int, default=15)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=0.05)
    parser.add_argument("--out", type=Path, default=Path("weights/tiny.json"))
    options = parser.parse_args()
    model = train(options)
    model.save(options.out)


def train(options: argparse.Namespace) -> Denoiser:
    random.seed(options.seed)
    rng = np.random.default_rng(options.seed)
    model = Denoiser(options.window, options.hidden, rng)
    noisy, clean = signals.load("train")
    windows = model.windows_of(noisy).reshape(-1, options.window)
    targets = clean.reshape(-1)
    for epoch in range(options.epochs):
        rate = options.learning_rate * (1.0 - epoch / options.epochs)
        order = rng.permutation(len(targets))
        losses = [
            model.step(windows[batch], targets[batch], rate)
            for batch in np.array_split(order, len(order) // options.batch_size)
        ]
        print(f"epoch {epoch + 1:2d}  training error {np.mean(losses):.5f}")
    return model


if __name__ == "__main__":
    main()
