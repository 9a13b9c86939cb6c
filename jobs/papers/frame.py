"""Frame: from a PDF page's own coordinates to points from the top left of the page as it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.judging.evidence import Box


@dataclass(frozen=True)
class Frame:
    """The visible part of a page: its lower left corner and size in PDF space, and its clockwise rotation."""

    left: float
    bottom: float
    width: float
    height: float
    rotation: int = 0

    @property
    def view_width(self) -> float:
        return self.height if self.rotation in (90, 270) else self.width

    @property
    def view_height(self) -> float:
        return self.width if self.rotation in (90, 270) else self.height

    def to_view(self, box: Box) -> Box:
        """A box (left, top, right, bottom) of PDF space, y upwards, as it stands on the shown page, y downwards."""
        if self.rotation == 0:
            top = self.bottom + self.height
            return box[0] - self.left, top - box[1], box[2] - self.left, top - box[3]
        x0, x1 = box[0] - self.left, box[2] - self.left
        y0, y1 = box[3] - self.bottom, box[1] - self.bottom
        if self.rotation == 90:
            return y0, x0, y1, x1
        if self.rotation == 180:
            return self.width - x1, y0, self.width - x0, y1
        return self.height - y1, self.width - x1, self.height - y0, self.width - x0

    def from_view(self, box: Box) -> Box:
        """What `to_view` makes this box of: the way back."""
        left, top, right, bottom = box
        if self.rotation == 90:
            x0, y1, x1, y0 = top, right, bottom, left
        elif self.rotation == 180:
            x0, y1, x1, y0 = self.width - right, bottom, self.width - left, top
        elif self.rotation == 270:
            x0, y1, x1, y0 = self.width - bottom, self.height - left, self.width - top, self.height - right
        else:
            x0, y1, x1, y0 = left, self.height - top, right, self.height - bottom
        return self.left + x0, self.bottom + y1, self.left + x1, self.bottom + y0
