"""What a page shows of a file: bounded, and part by part where there is more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.models import NodeArtifact
from dashboard.views import markdown, previews, tables, texts, trees
from dashboard.views.previews import Place


def preview(folder: Path, name: str, media_type: str, content: bytes, place: Place | None = None) -> previews.Preview:
    path = folder / "file"
    path.write_bytes(content)
    artifact = NodeArtifact(name=name, media_type=media_type, bytes=len(content))
    return previews.of(artifact, path, place or Place(), {})


@pytest.mark.parametrize(
    ("name", "media_type", "content", "kind"),
    [
        ("a.md", "text/markdown", b"# A", "markdown"),
        ("a.json", "application/json", b"{}", "json"),
        ("a.json", "application/json", b"{", "text"),
        ("a.json", "application/json", b"[" * 100_000, "text"),
        ("a.json", "application/json", b"9" * 10_000, "text"),
        ("a.csv", "text/csv", b"a,b\n1,2\n", "csv"),
        ("a.csv", "text/csv", b'"' + b"x" * 200_000, "text"),
        ("a.tsv", "text/plain", b"a\tb\n", "csv"),
        ("a.log", "application/octet-stream", b"x", "text"),
        ("a", "text/x-diff", b"x", "text"),
        ("a.svg", "image/svg+xml", b"<svg/>", "image"),
        ("a.pdf", "application/pdf", b"%PDF-1.7", "pdf"),
        ("a.pdf", "application/pdf", b"<script>", "none"),
        ("a.html", "text/html", b"<p>", "html"),
        ("a.bin", "application/octet-stream", b"\0", "none"),
        ("a.csv", "text/csv", b"", "empty"),
    ],
)
def test_a_file_is_shown_as_what_it_is(tmp_path: Path, name: str, media_type: str, content: bytes, kind: str) -> None:
    assert preview(tmp_path, name, media_type, content).kind == kind


def test_a_large_json_is_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "MOST_JSON", 10)
    assert preview(tmp_path, "a.json", "application/json", b"[1,2,3,4,5,6]").kind == "text"


def test_markdown_leads_to_the_web_and_to_the_files_beside_it_alone() -> None:
    files = {"row.csv": "/artifacts/4"}
    lines = ("[a](row.csv)", "[b](./row.csv)", "[c](/settings/members)", "[d](https://a.example)", "[e](other.csv)",
             "[f](//evil.example)", "[g](javascript:alert(1))", "[h](data:text/html,x)", "![i](https://a.example/i.png)",
             "<b onclick=x>j</b>", "<script>k</script>")  # fmt: skip
    html = markdown.as_html("\n\n".join(lines), files)
    assert [part.split('"')[0] for part in html.split('href="')[1:]] == [
        "/artifacts/4",
        "/artifacts/4",
        "https://a.example",
    ]
    assert "<script" not in html and "<img" not in html and "<b" not in html.replace("<br", "")


def test_the_headings_of_markdown_come_after_the_pages_own() -> None:
    html = markdown.as_html("# One\n\nTwo\n---\n\n###### Six", {})
    assert html.split() == ["<h2>One</h2>", "<h3>Two</h3>", "<h6>Six</h6>"]


def test_markdown_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "MOST_MARKDOWN", 10)
    found = preview(tmp_path, "a.md", "text/markdown", b"0123456789abc")
    assert found.is_cut and "9" in found.shown and "a" not in str(found.shown).replace("<p>", "")


def test_a_table_has_a_head_and_knows_its_numbers() -> None:
    sheet = tables.sheet(
        "paper,score,note\nVessels,72,\nLungs,-1.5e3,a much longer note than would fit into any column\n"
    )
    assert sheet is not None
    assert sheet.head == ["paper", "score", "note"]
    assert sheet.rows == [
        ["Vessels", "72", ""],
        ["Lungs", "-1.5e3", "a much longer note than would fit into any column"],
    ]
    assert [*sheet.columns] == ["", "num", "wide"]
    assert not sheet.has_more_rows and not sheet.columns_left_out


def test_rows_of_any_length_make_a_table() -> None:
    sheet = tables.sheet("a;b\n1;2;3\n\n4\n")
    assert (
        sheet is not None
        and sheet.head == ["a", "b", ""]
        and sheet.rows == [["1", "2", "3"], ["", "", ""], ["4", "", ""]]
    )


@pytest.mark.parametrize(("rows", "more"), [(tables.MOST_ROWS, False), (tables.MOST_ROWS + 1, True)])
def test_a_table_is_bounded(rows: int, more: bool) -> None:
    width = tables.MOST_COLUMNS + 2
    sheet = tables.sheet("\n".join(",".join(["x" * 1000] * width) for _ in range(rows + 1)))
    assert sheet is not None and (len(sheet.rows), sheet.has_more_rows) == (tables.MOST_ROWS, more)
    assert len(sheet.head) == tables.MOST_COLUMNS and sheet.columns_left_out == 2
    assert max(len(cell) for cell in sheet.rows[0]) == tables.LONGEST + 1


def lines(folder: Path, content: bytes, wanted: int = 1, chosen: int = 0) -> texts.TextPage:
    path = folder / "text"
    path.write_bytes(content)
    return texts.page(path, wanted, chosen)


def test_text_is_numbered_lines(tmp_path: Path) -> None:
    found = lines(tmp_path, b"\xef\xbb\xbfone\ntwo \xff\n\nfour")
    assert [(line.line, line.words) for line in found.lines] == [(1, "one"), (2, "two \ufffd"), (3, ""), (4, "four")]
    assert (found.earlier, found.later, found.last, found.is_cut) == (None, None, 4, False)


def test_text_is_paged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "PAGE", 10)
    content = b"".join(b"line %d\n" % number for number in range(1, 26))
    for wanted, chosen, *shown in (
        (1, 0, 1, 10, None, 11), (11, 0, 11, 20, 1, 21), (25, 0, 21, 25, 11, None), (1, 20, 11, 20, 1, 21),
        (-3, 0, 1, 10, None, 11),
    ):  # fmt: skip
        found = lines(tmp_path, content, wanted, chosen)
        assert [found.lines[0].line, found.lines[-1].line, found.earlier, found.later] == shown
    assert lines(tmp_path, content, 99).lines == ()


def test_a_long_line_is_cut_until_it_is_chosen(tmp_path: Path) -> None:
    content = b"x" * 1_000_000
    assert lines(tmp_path, content).lines[0].left_out == 1_000_000 - texts.LONGEST
    assert lines(tmp_path, content, chosen=1).lines[0].left_out == 1_000_000 - texts.LONGEST_CHOSEN
    assert lines(tmp_path, b"x" * 9000, chosen=1).lines[0].left_out == 0


def test_a_text_that_goes_on_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MOST_READ", 12)
    found = lines(tmp_path, b"one\ntwo\nthree\nfour")
    assert found.is_cut and [line.words for line in found.lines] == ["one", "two", "thre"]


VALUE = {"pages": [{"number": number, "a/b~c": [number]} for number in range(500)], "score": 72, "half": "\ud800"}


def test_every_entry_is_paid_for_before_its_elders_are_opened() -> None:
    tree = trees.tree({str(number): list(range(199)) for number in range(199)})
    assert len(tree.children) == 199 and tree.left_out == 0
    assert tree.children[0].left_out == 0 and tree.children[-1].left_out == 199


def test_what_is_left_out_is_found_at_its_pointer() -> None:
    pages = trees.tree(VALUE).children[0]
    assert (pages.pointer, pages.size, pages.next, pages.left_out) == ("/pages", 500, 200, 300)
    further = trees.tree(VALUE, pages.pointer, pages.next)
    assert (further.name, further.skipped, len(further.children), further.left_out) == ("pages", 200, 200, 100)
    assert further.children[0].pointer == "/pages/200"
    assert trees.tree(VALUE, further.children[0].children[1].pointer).children[0].text == "200"


@pytest.mark.parametrize("pointer", ["/none", "/pages/500", "/pages/-1", "/pages/x", "/score/0", "/pages/²"])
def test_nothing_is_at_other_pointers(pointer: str) -> None:
    with pytest.raises(LookupError):
        trees.tree(VALUE, pointer)


def test_half_a_character_can_be_shown() -> None:
    tree = trees.tree(json.loads('{"\\ud800": "\\udfff", "long": "' + "x" * 5000 + '"}'))
    assert [branch.name.encode() + branch.text.encode()[:9] for branch in tree.children] == [b"??", b"longxxxxxxxxx"]
