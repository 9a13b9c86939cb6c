"""The few colours of a printed page: four greys for the letters, and the flat colours of its rules, fills and links."""

from __future__ import annotations

from typing import Any

from PIL import Image

Colour = tuple[int, int, int]

_GREYS: tuple[Colour, ...] = ((0, 0, 0), (85, 85, 85), (170, 170, 170), (255, 255, 255))
_MOST = 16  # Two pixels a byte, which is what makes the file small.
_TOO_MANY = 4096  # Distinct colours: more than print and its soft edges have.
_COLOURED, _PLAIN, _LETTERS = 0.0002, 0.01, 0.00003  # Shares of the page that a fill must have, and letters.
_STEP = 52  # Of 256: five shades of red, of green and of blue.
_COLOURFUL = 24
_APART, _WELL_APART = 40, 160  # At that distance two fills are told apart, and two colours of letters.


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
    """Fills first, which are of one colour exactly, then one or two shades of each colour that letters have."""
    chosen = list(_GREYS)
    fills = [pair for pair in counted if pair[0] > (_COLOURED if _is_colourful(pair[1]) else _PLAIN) * area]
    _add(chosen, fills, _APART)
    letters = _shades([pair for pair in counted if _is_colourful(pair[1])])
    _add(chosen, [pair for pair in letters if pair[0] > _LETTERS * area], _WELL_APART)
    return chosen


def _add(chosen: list[Colour], counted: list[tuple[int, Colour]], apart: int) -> None:
    for _, colour in sorted(counted, reverse=True):
        if len(chosen) < _MOST and all(_distance(colour, other) > apart for other in chosen):
            chosen.append(colour)


def _is_colourful(colour: Colour) -> bool:
    return max(colour) - min(colour) > _COLOURFUL


def _shades(counted: list[tuple[int, Colour]]) -> list[tuple[int, Colour]]:
    """Neighbouring colours counted together, each group by its commonest one: thin letters are never one colour."""
    groups: dict[Colour, tuple[int, Colour]] = {}
    for count, colour in sorted(counted, reverse=True):
        group = colour[0] // _STEP, colour[1] // _STEP, colour[2] // _STEP
        so_far, commonest = groups.get(group, (0, colour))
        groups[group] = so_far + count, commonest
    return list(groups.values())


def _distance(one: Colour, other: Colour) -> int:
    """The differences in red, green and blue, together."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
