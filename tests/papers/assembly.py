"""PDFs put together object by object, for files that no well-behaved program would write."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>"
WORDS = b"BT /F1 10 Tf 60 700 Td (The code is at https://github.com/lab/net.) Tj ET\n"


def assemble(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A file of those objects, numbered from 1, with a cross-reference table that is right."""
    body, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(body)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object as it stands, with its true length."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), entries, content)


def deflated(content: bytes) -> bytes:
    """A stream object, compressed."""
    return stream(zlib.compress(content, 9), b"/Filter /FlateDecode")


def bomb(pattern: bytes, size: int) -> bytes:
    """A compressed stream object that unpacks to `size` bytes of a pattern, made without holding them."""
    packer = zlib.compressobj(9)
    return stream(b"".join([*_packed(packer, pattern, size), packer.flush()]), b"/Filter /FlateDecode")


def one_page(contents: bytes, page: bytes = b"", *others: bytes) -> bytes:
    """A file of one page with that contents object (5 0 R) and further entries; `others` are objects from 6 on."""
    return assemble(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> %b >>" % page,
        FONT,
        contents,
        *others,
    )


def many_pages(count: int) -> bytes:
    """A file of that many pages which share one page's words."""
    kids = b" ".join(b"%d 0 R" % number for number in range(5, count + 5))
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>"
    tree = b"<< /Type /Pages /Kids [%b] /Count %d /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> >>" % (
        kids,
        count,
    )
    return assemble(b"<< /Type /Catalog /Pages 2 0 R >>", tree, FONT, stream(WORDS), *[page] * count)


def _packed(packer: zlib._Compress, pattern: bytes, size: int) -> Iterator[bytes]:
    block = pattern * max(1, (1 << 20) // len(pattern))
    for _ in range(size // len(block)):
        yield packer.compress(block)


def assemble_packed(contents: bytes, *objects: bytes) -> bytes:
    """Objects from 1 kept in one object stream, with the cross-reference stream that newer programs write.

    `contents`, a stream of its own, is the object after the last of them.
    """
    starts = [sum(map(len, objects[:place])) + place for place in range(len(objects))]
    index = b" ".join(b"%d %d" % (number, start) for number, start in enumerate(starts, 1))
    entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(objects), len(index) + 1)
    store = stream(zlib.compress(index + b"\n" + b"\n".join(objects)), entries)
    first = len(objects) + 1
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate((contents, store), first):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    in_store = [(2, first + 1, place) for place in range(len(objects))]
    rows = [(0, 0, 255), *in_store, *((1, offset, 0) for offset in (*offsets, len(body)))]
    table = zlib.compress(b"".join(struct.pack(">BHB", *row) for row in rows))
    entries = b"/Type /XRef /Size %d /W [1 2 1] /Root 1 0 R /Filter /FlateDecode" % len(rows)
    return body + b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (first + 2, stream(table, entries), len(body))
