"""The drawing of a workflow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard import svg

NODES = tuple(f"node_{number}" for number in range(12))
EDGES = st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1])).map(
    lambda pairs: tuple((NODES[parent], NODES[child]) for parent, child in sorted(pairs))
)


@given(EDGES)
def test_parents_stand_above_children_and_no_boxes_overlap(edges: tuple[tuple[str, str], ...]) -> None:
    drawing = svg.draw(NODES, edges)
    boxes = {box.node_id: box for box in drawing.boxes}
    assert set(boxes) == set(NODES)
    for parent, child in edges:
        assert boxes[parent].y + svg.HEIGHT < boxes[child].y
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - svg.WIDTH
        assert 0 <= box.y <= drawing.height - svg.HEIGHT
        beside = [other for other in drawing.boxes if other.y == box.y and other is not box]
        assert all(abs(other.x - box.x) >= svg.WIDTH for other in beside)


@given(EDGES)
def test_every_edge_is_drawn_once(edges: tuple[tuple[str, str], ...]) -> None:
    assert sorted(path[:2] for path in svg.draw(NODES, edges).paths) == sorted(edges)


def test_a_long_edge_passes_beside_the_boxes_between() -> None:
    drawing = svg.draw(("a", "b", "c"), (("a", "b"), ("b", "c"), ("a", "c")))
    middle = next(box for box in drawing.boxes if box.node_id == "b")
    long = next(path for parent, child, path in drawing.paths if (parent, child) == ("a", "c"))
    passes_at = float(long.split("C")[1].split("V")[0].split(" ")[-2])
    assert not middle.x <= passes_at <= middle.x + svg.WIDTH


def test_long_names_are_cut_in_the_label_only() -> None:
    name = "a_name_of_more_than_twenty_letters"
    box = svg.draw((name,), ()).boxes[0]
    assert (box.node_id, len(box.label)) == (name, svg.LONGEST_LABEL)
