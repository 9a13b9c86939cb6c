"""Mutations: one PDF made into another that is wrong inside, the same for the same seed."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]

_NUMBER = re.compile(rb"(?<=[\s\[/(<])-?\d+(?:\.\d+)?(?=[\s\]/)>])")
_COUNTED = re.compile(
    rb"/(?:Length\d?|Count|Size|Prev|Width|Height|BitsPerComponent|Columns|Colors|Predictor|First|Last|N|W|Rotate|"
    rb"UserUnit|FirstChar|LastChar|DW|FontBBox|MediaBox|CropBox|BBox|Matrix|Index|Rect|EarlyChange)\s*\[?[^/>\]]*"
)
_REFERENCE = re.compile(rb"\d+ 0 R")
_NAME = re.compile(rb"/[A-Za-z]\w*")
_OBJECT = re.compile(rb"\d+ 0 obj\b(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_OFFSET = re.compile(rb"\d{10}(?= \d{5} [nf])|(?<=startxref\n)\d+|(?<=startxref\r\n)\d+")
_SWOLLEN = (1 << 14, 1 << 16, 1 << 18, 1 << 20) * 3  # Bytes that a stream unpacks to; now and then it is much more.
_ARMOUR_END = b"~>"
_EXTREMES = (
    b"-1", b"0", b"1", b"65536", b"2147483647", b"2147483648", b"4294967295", b"-2147483648", b"99999999999999999999",
    b"1e308", b"0.0000001", b"-0.5", b"nan", b"/No", b"null", b"<<>>", b"[]",
)  # fmt: skip
_FILTERS = (
    b"/FlateDecode", b"/LZWDecode", b"/ASCIIHexDecode", b"/ASCII85Decode", b"/RunLengthDecode", b"/DCTDecode",
    b"/JPXDecode", b"/JBIG2Decode", b"/CCITTFaxDecode", b"/Crypt", b"/Nonsense",
)  # fmt: skip
_OPERATORS = (
    b" q ", b" Q ", b" BT ", b" ET ", b" Tj ", b" TJ ", b" Do ", b" cm ", b" Tf ", b" Tm ", b" re f ", b" W n ",
    b" BI ", b" ID ", b" EI ", b" sh ", b" BMC ", b" EMC ", b" 3 Tr ", b" (words) ' ",
    b" 0 0 0 0 0 0 cm ", b" 1e30 Tz ",
)  # fmt: skip


def mutated(seed: int, originals: Sequence[bytes]) -> tuple[str, bytes]:
    """The names of one to three mutations, and one of the originals after them."""
    random = Random(seed)
    content = random.choice(originals)
    chosen = random.choices(MUTATIONS, k=random.choice((1, 1, 1, 2, 3)))
    for mutation in chosen:
        content = mutation(random, content, originals)
    return "+".join(mutation.__name__ for mutation in chosen), content


def flip_bits(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    changed = bytearray(content)
    for _ in range(random.choice((1, 4, 32, 256)) if changed else 0):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def overwrite(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    start, end = _span(random, content, 400)
    filling = random.choice((b"\x00", b"\xff", b" ", b"(", b"<<", b"[", b"%", b"\n"))
    return content[:start] + (filling * (end - start))[: end - start] + content[end:]


def truncate(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def cut_out(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    start, end = _span(random, content, 4000)
    return content[:start] + content[end:]


def repeat(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    start, end = _span(random, content, 300)
    return content[:end] + content[start:end] * random.choice((1, 10, 1000)) + content[end:]


def splice(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    """A piece of another file in the middle of this one."""
    start, end = _span(random, donor := random.choice(originals), 4000)
    at = random.randrange(len(content) + 1)
    return content[:at] + donor[start:end] + content[at:]


def swap_objects(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    """One object's content in the place of another's, from this file or from a second one."""
    donors = _OBJECT.findall(random.choice((content, random.choice(originals))))
    return _replace_one(random, _OBJECT, content, lambda _: random.choice(donors), 1) if donors else content


def exaggerate(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    """A number that something is counted or measured by, at the end of its range."""
    return _replace_one(random, _COUNTED, content, lambda found: _NUMBER.sub(random.choice(_EXTREMES), found + b" "))


def misnumber(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    return _replace_one(random, _NUMBER, content, lambda _: random.choice(_EXTREMES))


def redirect(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    """References lead elsewhere: page trees and forms that contain themselves come from here."""
    known = _REFERENCE.findall(content) or [b"1 0 R"]
    for _ in range(random.choice((1, 3, 10))):
        content = _replace_one(random, _REFERENCE, content, lambda _: random.choice(known))
    return content


def swap_keys(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    known = _NAME.findall(content) or [b"/Type"]
    for _ in range(random.choice((1, 3, 10))):
        content = _replace_one(random, _NAME, content, lambda _: random.choice(known))
    return content


def wreck_offsets(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    """The table of objects points to wrong places."""
    for _ in range(random.choice((1, 5, 20))):
        elsewhere = b"%010d" % random.choice((0, random.randrange(len(content) + 1), 9_999_999_999))
        content = _replace_one(random, _OFFSET, content, lambda _, there=elsewhere: there)
    return content


def nest(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    """Brackets without end where a value stood."""
    bracket = random.choice((b"[", b"<<", b"<< /A ", b"(", b"[ <<", b"<< /Kids ["))
    return _replace_one(random, _NUMBER, content, lambda _: bracket * random.choice((10, 1000, 50_000)))


def refilter(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    """Streams said to be packed otherwise than they are, or many times over."""
    chain = b" ".join(random.choices(_FILTERS, k=random.choice((1, 2, 30))))
    pattern = re.compile(rb"/Filter\s*(?:/\w+|\[[^\]]*\])|/Length(?=\s)")
    return _replace_one(
        random, pattern, content, lambda found: b"/Filter [%b] %b" % (chain, b"/Length" * (found == b"/Length"))
    )


def rewrite_stream(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    """Inside a stream: drawing, a font or a character map that is damaged but packs as it should."""
    return _replace_one(random, _STREAM, content, lambda packed: _repacked(random, packed), 1)


def inflate(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    """A stream that unpacks to megabytes of itself."""

    def swollen(packed: bytes) -> bytes:
        plain = _unpacked(packed) or b" "
        return _packed(packed, plain * (random.choice((*_SWOLLEN, 12 << 20)) // len(plain) + 1))

    return _replace_one(random, _STREAM, content, swollen, 1)


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits, overwrite, truncate, cut_out, repeat, splice, swap_objects, exaggerate, misnumber, redirect, swap_keys,
    wreck_offsets, nest, refilter, rewrite_stream, rewrite_stream, rewrite_stream, inflate,
)  # fmt: skip


def _span(random: Random, content: bytes, longest: int) -> tuple[int, int]:
    start = random.randrange(len(content) + 1)
    return start, min(len(content), start + random.randrange(1, longest))


def _replace_one(
    random: Random, pattern: re.Pattern[bytes], content: bytes, with_: Callable[[bytes], bytes], group: int = 0
) -> bytes:
    """One of the places where the pattern matches, changed; the content as it was when there is none."""
    places = [match.span(group) for match in pattern.finditer(content)]
    if not places:
        return content
    start, end = random.choice(places)
    return content[:start] + with_(content[start:end]) + content[end:]


def _repacked(random: Random, packed: bytes) -> bytes:
    plain = _unpacked(packed)
    damage = random.choice((flip_bits, overwrite, cut_out, repeat, misnumber, nest, _add_operators))
    changed = damage(random, plain or packed, ())
    return _packed(packed, changed) if plain else changed


def _add_operators(random: Random, content: bytes, originals: Sequence[bytes]) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + random.choice(_OPERATORS) * random.choice((1, 100, 20_000)) + content[at:]


def _unpacked(packed: bytes) -> bytes:
    """What a compressed stream holds, written as bytes or as ASCII; empty when it is not one."""
    try:
        plain = base64.a85decode(packed, adobe=True) if packed.endswith(_ARMOUR_END) else packed
        return zlib.decompressobj().decompress(plain, 32 << 20)
    except (zlib.error, ValueError):
        return b""


def _packed(before: bytes, plain: bytes) -> bytes:
    """Compressed in the way the stream was before."""
    packed = zlib.compress(plain, 1)
    return base64.a85encode(packed) + _ARMOUR_END if before.endswith(_ARMOUR_END) else packed
