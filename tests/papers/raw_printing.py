"""PDFs written object by object, for what no printing library would write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

PLAIN_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>"


def write_pdf(
    path: Path,
    *contents: str,
    fonts: Mapping[str, bytes] | None = None,
    objects: Sequence[bytes] = (),
    page: str = "/MediaBox [0 0 595 842]",
) -> Path:
    """A page for each content stream. `objects` are numbered from 10 on, so that fonts can refer to them."""
    fonts = fonts or {"F1": PLAIN_FONT}
    resources = b" ".join(b"/%s %s" % (name.encode(), font) for name, font in fonts.items())
    numbered: dict[int, bytes] = {10 + n: body for n, body in enumerate(objects)}
    kids = range(100, 100 + 2 * len(contents), 2)
    for number, content in zip(kids, contents, strict=True):
        numbered[number] = b"<< /Type /Page /Parent 2 0 R %s /Resources << /Font << %s >> >> /Contents %d 0 R >>" % (
            page.encode(),
            resources,
            number + 1,
        )
        numbered[number + 1] = stream(content.encode("latin-1"))
    numbered[1] = b"<< /Type /Catalog /Pages 2 0 R >>"
    numbered[2] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
        len(contents),
        b" ".join(b"%d 0 R" % number for number in kids),
    )
    path.write_bytes(_file(numbered))
    return path


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more, content)


def unicode_map(meanings: Mapping[int, str], digits: int = 2) -> bytes:
    """A ToUnicode map from codes to what they mean."""
    pairs = "\n".join(
        f"<{code:0{digits}X}> <{meaning.encode('utf-16-be').hex().upper()}>" for code, meaning in meanings.items()
    )
    return stream(
        f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        f"1 begincodespacerange <{'0' * digits}> <{'F' * digits}> endcodespacerange\n"
        f"{len(meanings)} beginbfchar\n{pairs}\nendbfchar endcmap end end".encode()
    )


def _file(numbered: Mapping[int, bytes]) -> bytes:
    """The objects with a table of where each begins."""
    parts, places, at = [b"%PDF-1.7\n"], {}, 9
    for number, body in sorted(numbered.items()):
        places[number] = at
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        at += len(parts[-1])
    table = b"".join(b"%d 1\n%010d 00000 n \n" % item for item in sorted(places.items()))
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (max(places) + 1, at)
    return b"".join([*parts, b"xref\n0 1\n0000000000 65535 f \n", table, trailer])
