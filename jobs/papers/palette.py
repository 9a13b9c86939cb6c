"""The few colours of a printed page: four greys for the letters, and the flat colours of its rules, fills and links."""

from __future__ import annotations

from typing import Any

from PIL import Image

Colour = tuple[int, int, int]

_GREYS: tuple[Colour, ...] = ((0, 0, 0), (85, 85, 85), (170, 170, 170), (255, 255, 255))
_MOST = 16  # Two pixels a byte, which is what makes the file small.
_TOO_MANY = 4096  # Distinct colours: more than print and its soft edges have.
_SMALLEST_SHARE = 0.00003  # Of the page's pixels, about fifty: a short word in red has that many.
_LARGE_SHARE = 0.01
_COLOURFUL = 24
_APART = 40  # Sum of the differences in red, green and blue at which two colours are told apart.


def in_few_colours(image: Image.Image) -> Image.Image | None:
    """The page in at most sixteen of its own colours; None when it has too many for that to be true to it."""
    counted: Any = image.getcolors(_TOO_MANY)
    if counted is None:
        return None
    colours = _chosen(counted, image.width * image.height)
    palette = Image.new("P", (1, 1))
    flat = [level for colour in colours for level in colour]
    palette.putpalette(flat + flat[:3] * (256 - len(colours)))
    return image.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")


def _chosen(counted: list[tuple[int, Colour]], area: int) -> list[Colour]:
    chosen = list(_GREYS)
    for count, colour in sorted(counted, reverse=True):
        if len(chosen) == _MOST or count < _SMALLEST_SHARE * area:
            break
        is_flat = max(colour) - min(colour) > _COLOURFUL or count > _LARGE_SHARE * area
        if is_flat and min(_distance(colour, other) for other in chosen) > _APART:
            chosen.append(colour)
    return chosen


def _distance(one: Colour, other: Colour) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
