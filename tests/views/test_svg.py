"""The drawing of a workflow."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from dashboard import svg
from dashboard.svg import Drawing

NODES = tuple(f"node_{number}" for number in range(12))
EDGES = st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1])).map(
    lambda pairs: tuple((NODES[parent], NODES[child]) for parent, child in sorted(pairs))
)
SHARDS = tuple(f"shard_{number}" for number in range(298))
FAN = tuple(("begin", shard) for shard in SHARDS) + tuple((shard, "merge") for shard in SHARDS)


@given(EDGES)
def test_parents_stand_above_children_and_nothing_overlaps(edges: tuple[tuple[str, str], ...]) -> None:
    drawing = svg.draw(NODES, edges)
    top = {box.node_id: box.y for box in drawing.boxes}
    for parent, child in edges:
        if parent in top and child in top:
            assert top[parent] + svg.HEIGHT < top[child]
    frames = frames_of(drawing)
    for index, (left, upper, right, lower) in enumerate(frames):
        assert min(left, upper) >= 0
        assert right <= drawing.width and lower <= drawing.height
        for other in frames[index + 1 :]:
            assert right <= other[0] or other[2] <= left or lower <= other[1] or other[3] <= upper


@given(EDGES)
def test_every_node_is_drawn_once(edges: tuple[tuple[str, str], ...]) -> None:
    drawing = svg.draw(NODES, edges)
    cells = [node for field in drawing.fields for node, _, _ in field.cells]
    assert sorted([box.node_id for box in drawing.boxes] + cells) == sorted(NODES)


@given(EDGES)
def test_a_strand_leads_from_each_parent_to_the_top_of_each_child(edges: tuple[tuple[str, str], ...]) -> None:
    drawing = svg.draw(NODES, edges)
    boxes = {box.node_id: box for box in drawing.boxes}
    strands = {strand.parent: strand.path for strand in drawing.strands}
    for parent, child in edges:
        if parent in boxes and child in boxes:
            ends = [
                (float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)(?=M|V|$)", _curved(strands[parent]))
            ]
            middle = boxes[child].x + svg.WIDTH / 2
            assert any(abs(x - middle) < 0.1 and abs(y - boxes[child].y) < 0.1 for x, y in ends)


def _curved(strand: str) -> str:
    """The strand with both coordinates of the foot of each straight piece: `M9 1V5` is `M9 1V9 5`."""
    return re.sub(r"M([\d.]+) ([\d.]+)V([\d.]+)(?=M|$)", r"M\1 \2V\1 \3", strand)


def test_a_long_edge_passes_beside_the_boxes_between() -> None:
    drawing = svg.draw(("a", "b", "c"), (("a", "b"), ("b", "c"), ("a", "c")))
    between = next(box for box in drawing.boxes if box.node_id == "b")
    [strand] = [strand.path for strand in drawing.strands if strand.parent == "a"]
    heads = [float(x) for x, y in re.findall(r"([\d.]+) ([\d.]+)(?=M|V|$)", strand) if float(y) == between.y]
    assert len(heads) == 2
    assert any(not between.x <= x <= between.x + svg.WIDTH for x in heads)


def test_what_edges_of_a_parent_share_is_drawn_once() -> None:
    nodes = ("a", "b", "c", "d", "e")
    edges = (("a", "b"), ("b", "c"), ("c", "d"), ("c", "e"), ("a", "d"), ("a", "e"))
    [strand] = [strand.path for strand in svg.draw(nodes, edges).strands if strand.parent == "a"]
    assert strand.count("M") == 1 + 2 + 2  # to b; beside b and beside c; to d and to e


def test_edges_of_another_kind_are_a_strand_of_their_own() -> None:
    drawing = svg.draw(("a", "b", "c"), (("a", "b"), ("a", "c")), ((("a", "c"), "added"),))
    assert [(strand.parent, strand.kind) for strand in drawing.strands] == [("a", ""), ("a", "added")]


def test_many_alike_nodes_are_one_field() -> None:
    drawing = svg.draw(("begin", *SHARDS, "merge"), FAN)
    [field] = drawing.fields
    assert field.label == "298 alike: shard_…"
    assert [box.node_id for box in drawing.boxes] == ["begin", "merge"]
    assert [strand.parent for strand in drawing.strands] == ["begin", ""]
    assert drawing.width < 500
    assert drawing.height < 700


def test_eight_alike_nodes_keep_their_names() -> None:
    drawing = svg.draw(("begin", *SHARDS[:8]), tuple(("begin", shard) for shard in SHARDS[:8]))
    assert len(drawing.boxes) == 9


def test_nodes_that_others_wait_for_are_not_alike_where_those_differ() -> None:
    edges = [("begin", shard) for shard in SHARDS[:12]]
    edges += [(shard, "left" if place < 6 else "right") for place, shard in enumerate(SHARDS[:12])]
    assert svg.draw(("begin", *SHARDS[:12], "left", "right"), tuple(edges)).fields == ()


def test_many_alike_rows_are_one_field_row_by_row() -> None:
    rows = [(f"load_{number}", f"parse_{number}", f"judge_{number}") for number in range(12)]
    edges = [pair for a, b, c in rows for pair in ((a, b), (b, c), (c, "end"))]
    [field] = svg.draw((*(node for row in rows for node in row), "end"), tuple(edges)).fields
    assert field.label == "12 rows of 3"
    places = {node: (x, y) for node, x, y in field.cells}
    for row in rows:
        assert len({places[node][1] for node in row}) == 1
        assert places[row[0]][0] < places[row[1]][0] < places[row[2]][0]
    assert len(set(places.values())) == 36


def test_a_long_row_is_one_field_and_a_shorter_one_is_not() -> None:
    long, short = (tuple((SHARDS[at], SHARDS[at + 1]) for at in range(number - 1)) for number in (60, 15))
    assert [field.label for field in svg.draw(SHARDS[:60], long).fields] == ["60 in a row: shard_…"]
    assert len(svg.draw(SHARDS[:15], short).boxes) == 15


def test_a_field_counts_its_nodes_by_state() -> None:
    [field] = svg.draw(("begin", *SHARDS, "merge"), FAN).fields
    statuses = {shard: "FAILED" if shard == "shard_7" else "SUCCEEDED" for shard in SHARDS}
    assert field.tally(statuses) == [("FAILED", 1), ("SUCCEEDED", 297)]
    assert field.tally({}) == []


def test_long_names_are_cut_in_the_label_only_and_keep_their_end() -> None:
    name = "a_name_of_more_than_twenty_letters"
    box = svg.draw((name,), ()).boxes[0]
    assert (box.node_id, len(box.label), box.label[-8:]) == (name, svg.LONGEST_LABEL, name[-8:])


def test_nothing_is_drawn_of_nothing() -> None:
    assert svg.draw((), ()).boxes == ()


def frames_of(drawing: Drawing) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of all that is drawn."""
    boxes = [(box.x, box.y, box.x + svg.WIDTH, box.y + svg.HEIGHT) for box in drawing.boxes]
    return boxes + [(one.x, one.y, one.x + one.width, one.y + one.height) for one in drawing.fields]
