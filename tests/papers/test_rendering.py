"""Pictures of pages: as the page is shown, small, and one bad page never costs the others."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.lib import colors
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dashboard.engine.errors import PermanentError
from jobs.confined import Limits
from jobs.handlers import render_pages
from jobs.papers import rendering
from jobs.sandbox import Answer
from tests.handlers.conftest import Chain
from tests.papers.printing import both, lines, print_pdf

GREETING = "HELLO TO THE READERS OF THIS"
SENTENCE = "The registration of images is learned from pairs of scans by a network of twelve layers."


def drawn(folder: Path, pdf: Path) -> Chain:
    chain = Chain(folder / "left", pdf)
    chain.run("ingest_pdf", "extract_text", "render_pages")
    return chain


def pages_of(chain: Chain) -> list[dict[str, Any]]:
    return list(chain.json("render_pages", "pages.json")["pages"])


def picture(chain: Chain, number: int = 1) -> Image.Image:
    content = chain.artifact("render_pages", pages_of(chain)[number - 1]["image"])
    with Image.open(BytesIO(content)) as image:
        assert image.format == "WEBP"
        return image.convert("RGB")


def test_it_draws_every_page_and_tells_their_sizes(tmp_path: Path) -> None:
    chain = drawn(tmp_path, print_pdf(tmp_path / "p.pdf", lines(["One"]), lines(["Two"])))
    assert [page["image"] for page in pages_of(chain)] == ["page-0001.webp", "page-0002.webp"]
    assert {tuple(page["pixels"]) for page in pages_of(chain)} == {picture(chain).size} == {(1200, 1697)}
    assert [[page["width"], page["height"]] for page in pages_of(chain)] == chain.outputs["ingest_pdf"]["page_sizes"]
    assert chain.outputs["render_pages"]["drawn"] == 2


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (40, 450, 400, 560)])
def test_the_words_lie_where_the_picture_shows_them(
    tmp_path: Path, turn: int, crop: tuple[int, int, int, int] | None
) -> None:
    def word(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        if crop:
            canvas.setCropBox(crop)
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(60, 500, GREETING)

    chain = drawn(tmp_path, print_pdf(tmp_path / "p.pdf", word))
    (page,) = pages_of(chain)
    scale = page["pixels"][0] / page["width"]
    ink = picture(chain).convert("L").point(lambda level: 255 * (level < 128)).getbbox()
    (((left, top, right, bottom, text, *turned),),) = chain.json("extract_text", "lines.json")["pages"][0]["lines"]
    assert ink is not None and (text, turned) == (GREETING, [turn] if turn else [])
    around = (left - 2, top - 2, right + 2, bottom + 2)
    within = [ink[0] / scale, ink[1] / scale, page["width"] - ink[2] / scale, page["height"] - ink[3] / scale]
    room = [around[0], around[1], page["width"] - around[2], page["height"] - around[3]]
    assert all(mine >= least for mine, least in zip(within, room, strict=True))
    assert abs((ink[2] - ink[0]) / scale - (right - left)) < 12 and abs((ink[3] - ink[1]) / scale - (bottom - top)) < 16


def test_a_page_of_print_is_small(tmp_path: Path) -> None:
    chain = drawn(tmp_path, print_pdf(tmp_path / "p.pdf", lines([SENTENCE] * 55)))
    assert 5_000 < pages_of(chain)[0]["bytes"] < 80_000


def test_pale_fills_and_coloured_words_keep_their_colours(tmp_path: Path) -> None:
    def table(canvas: Canvas) -> None:
        canvas.setFillColor(colors.Color(0.85, 0.93, 1))
        canvas.rect(60, 300, 300, 200, fill=1, stroke=0)
        canvas.setFillColor(colors.red)
        canvas.drawString(60, 200, "5:00")

    shown = picture(drawn(tmp_path, print_pdf(tmp_path / "p.pdf", both(lines([SENTENCE] * 10), table))))
    counts = {colour: count for count, colour in shown.getcolors(256) or ()}
    assert counts[217, 237, 255] > 100_000
    assert sum(count for (red, green, blue), count in counts.items() if red > 200 and max(green, blue) < 60) > 50


def test_photographs_keep_their_tones(tmp_path: Path) -> None:
    photograph = ImageReader(Image.radial_gradient("L"))
    pdf = print_pdf(tmp_path / "p.pdf", lambda canvas: canvas.drawImage(photograph, 100, 300, 300, 300))
    assert len(picture(drawn(tmp_path, pdf)).getcolors(1 << 24) or ()) > 100


def test_a_page_that_is_a_long_strip_is_drawn_as_long_as_pictures_may_be(tmp_path: Path) -> None:
    strip = print_pdf(tmp_path / "p.pdf", lambda canvas: canvas.setPageSize((40, 14_000)))
    (page,) = rendering.render(tmp_path, str(strip), 0, 1)
    assert (page["note"], page["pixels"]) == ("", [47, 16_383])


def test_an_encrypted_paper_that_opens_without_a_password_is_drawn(tmp_path: Path) -> None:
    pdf = print_pdf(tmp_path / "p.pdf", lines(["Open"]), encrypt=StandardEncryption("", "owner"))
    assert drawn(tmp_path, pdf).outputs["render_pages"]["drawn"] == 1


def test_a_tiny_page_is_not_blown_up_and_a_huge_one_is_bounded() -> None:
    assert rendering._size(10, 10) == (40, 40)
    width, height = rendering._size(100, 100_000)
    assert width * height <= rendering.MOST_PIXELS * 1.01


def test_a_page_that_is_not_there_is_told_and_the_others_are_drawn(tmp_path: Path) -> None:
    pdf = print_pdf(tmp_path / "p.pdf", lines(["One"]), lines(["Two"]))
    broken = pdf.read_bytes().replace(b"/Type /Page\n", b"/Type /Nope\n", 1)
    assert broken != pdf.read_bytes()
    pdf.write_bytes(broken)
    chain = Chain(tmp_path / "left", pdf)
    chain.outputs["ingest_pdf"] = {"page_sizes": [[595.3, 841.9]] * 2}
    assert chain.run("render_pages")["drawn"] == 1
    assert [bool(page["note"]) for page in pages_of(chain)] == [page["image"] is None for page in pages_of(chain)]
    assert any("is not shown" in line for level, line in chain.lines if level == "warning")


def test_a_page_that_takes_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "SECONDS_A_PAGE", -1.0)
    pdf = print_pdf(tmp_path / "p.pdf", lines([SENTENCE] * 50))
    (page,) = rendering.render(tmp_path, str(pdf), 0, 1)
    assert page["image"] is None and "took longer than" in page["note"]


def test_a_page_its_child_dies_of_stands_alone_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def run(_function: str, order: dict[str, Any], _task: str, _limits: Limits) -> Answer:
        asked.append((order["start"], order["end"]))
        if order["start"] <= 2 < order["end"]:
            raise PermanentError("Drawing failed: it crashed.")
        numbers = range(order["start"] + 1, order["end"] + 1)
        found = [{"number": at, "image": f"{at}.webp", "pixels": [1, 1], "note": ""} for at in numbers]
        return Answer(found, {f"{at}.webp": b"picture %d" % at for at in numbers})

    monkeypatch.setattr(render_pages.sandbox, "run", run)
    chain = Chain(tmp_path / "left", tmp_path)
    chain.paper = print_pdf(tmp_path / "p.pdf", lines(["One"]))
    chain.outputs["ingest_pdf"] = {"page_sizes": [[1, 1]] * 5}
    assert chain.run("render_pages")["drawn"] == 4
    assert [page["note"] for page in pages_of(chain)] == ["", "", "Drawing failed: it crashed.", "", ""]
    assert asked == [(0, 5), (0, 2), (2, 5), (2, 3), (3, 5)]


def test_pages_beyond_the_most_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render_pages, "MOST_PAGES", 1)
    chain = drawn(tmp_path, print_pdf(tmp_path / "p.pdf", lines(["One"]), lines(["Two"])))
    assert [page["note"] for page in pages_of(chain)] == ["", "Only the first 1 pages are drawn."]
