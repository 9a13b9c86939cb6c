"""What no form expects: values, files, bodies and ids, drawn by a seeded chance."""

from __future__ import annotations

import random
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from tests.security.web_pages import Field, Form

PROBE = "probe-9f"
Pairs = list[tuple[str | bytes, str | bytes]]
Request = dict[str, Any]
VALUES: tuple[str | bytes, ...] = (
    "", " ", "0", "-1", "1", "-0", "1.5", "1e308", "1e999", "NaN", "-inf", "true", "None", "null", "[]", "{}", '{"a":',
    "9" * 18, str(2**31), str(2**32), str(2**63 - 1), str(2**63), str(2**64), "9" * 400, "-" + "9" * 400, "1_000",
    "\N{ARABIC-INDIC DIGIT THREE}", "\N{SUPERSCRIPT TWO}", "0x10", "1\n2", "a\0b", "\0", "\r\nSet-Cookie: a=b",
    f"'\"><{PROBE}>", "{{7*7}}", "%s%n", "' OR 1=1 -- ", "\\", "%", "_", "../../etc/passwd", "//evil.example",
    "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "a@b", "a@example.org", "\N{PILE OF POO}" * 50,
    "\N{RIGHT-TO-LEFT OVERRIDE}x", "e\N{COMBINING ACUTE ACCENT}" * 200, "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}",
    "x" * 256, "x" * 5000, "x" * 70_000, "\N{SNOWMAN}" * 22_000, "-" * 300, "a," * 2000, "[" * 3000, "a: *b",
    "0000-00-00", "2026-02-30", "9999-12-31T23:59:59Z", "24:61", b"\xff\xfe", b"\xed\xa0\x80", b"%zz", b"\xc0\x80",
)  # fmt: skip
FILES: tuple[tuple[str, bytes], ...] = (
    ("", b""), ("a.pdf", b""), ("a.pdf", b"%PDF-"), ("a.pdf", b"%PDF-1.7\n" + b"\0" * 5000),
    ("a.zip", b"PK\3\4rubbish"), ("../../etc/passwd", b"%PDF-1.4 %%EOF"), ("a\0.pdf", b"%PDF-1.4"),
    ("x" * 3000 + ".pdf", b"%PDF-1.4 long"), ("\N{PILE OF POO}.pdf", b"%PDF-1.4 emoji"),
    (f"<{PROBE}>.pdf", b"%PDF-1.4 markup"), ("a.html", b"<script>"),
    ("a.zip", b"PK\5\6" + b"\0" * 18),
)  # fmt: skip
BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/json", b'{"a": ['), ("application/json", b"[" * 5000), ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n--x--"), ("text/plain", b"\xff"),
    ("application/x-www-form-urlencoded", b"&&==&%"), ("application/x-www-form-urlencoded; charset=x", b"a=b"),
)  # fmt: skip
IDS = (
    "0",
    "-1",
    str(2**31),
    str(2**63),
    "9" * 400,
    "9" * 5000,
    "\N{ARABIC-INDIC DIGIT THREE}",
    "1.0",
    "%00",
    "x" * 3000,
)


class Rubbish:
    """One source of rubbish: the same seed draws the same. `foreign` are ids that belong to another team."""

    def __init__(self, seed: int, foreign: Sequence[int]) -> None:
        self.chance = random.Random(seed)
        self._foreign = [str(one) for one in foreign]

    def value(self) -> str | bytes:
        return self.chance.choice(self._foreign if self.chance.random() < 0.15 else VALUES)

    def query(self, names: Sequence[str]) -> str:
        """A query of one to four of those parameters, some of them repeated or as arrays."""
        chosen = [self.chance.choice(names) for _ in range(self.chance.randint(1, 4))]
        return urlencode([(self._bent(name), self.value()) for name in chosen])

    def path(self, path: str) -> str:
        """That path, at times with another id in it."""
        parts = path.split("/")
        places = [place for place, part in enumerate(parts) if part.isdigit()]
        if places and self.chance.random() < 0.15:
            parts[self.chance.choice(places)] = self.chance.choice([*IDS, *self._foreign])
        return "/".join(parts)

    def form(self, form: Form) -> Request:
        """What to send instead of what the form would: as keywords of the test client."""
        if form.method == "POST" and self.chance.random() < 0.06:
            kind, body = self.chance.choice(BODIES)
            return {"content_type": kind, "data": body}
        pairs = self._bend(form)
        if form.method == "GET":
            return {"query_string": urlencode(pairs)}
        if any(field.kind == "file" for field in form.fields) or self.chance.random() < 0.1:
            return {"content_type": "multipart/form-data", "data": self._parts(form, pairs)}
        return {"content_type": "application/x-www-form-urlencoded", "data": urlencode(pairs)}

    def _bend(self, form: Form) -> Pairs:
        """As it would be sent; one field bent; most bent; or some missing, repeated or nested."""
        sent = [(field.name, self._usual(field)) for field in self._filled(form)]
        if not sent:
            return [("unasked", self.value())]
        way = self.chance.randrange(6)
        bent = {self.chance.randrange(len(sent))} if way in (1, 2) else set(range(len(sent))) if way > 2 else set()
        pairs: Pairs = [(name, self.value() if at in bent else usual) for at, (name, usual) in enumerate(sent)]
        if way == 4:
            pairs = [pair for pair in pairs if self.chance.random() < 0.5]
        if way == 5:
            pairs += [(self._bent(name), self.value()) for name, _ in sent for _ in range(self.chance.randrange(3))]
        return pairs

    def _filled(self, form: Form) -> list[Field]:
        """One control of each name, as a person would choose one option of several."""
        by_name: dict[str, list[Field]] = {}
        for field in form.fields:
            if field.kind != "file":
                by_name.setdefault(field.name, []).append(field)
        return [self.chance.choice(fields) for fields in by_name.values()]

    def _usual(self, field: Field) -> str:
        usual = {"email": f"new{self.chance.randrange(10**6)}@example.org", "number": "1"}
        return field.value or usual.get(field.kind, f"some words {self.chance.randrange(10**6)}")

    def _bent(self, name: str) -> str:
        return self.chance.choice([name] * 5 + [f"{name}[]", f"{name}[0]", f"{name}.a", f"{name}\0", name.upper()])

    def _parts(self, form: Form, pairs: Pairs) -> MultiDict[str, Any]:
        """The same as parts of many, with files where files are asked for, and at times where they are not."""
        parts: MultiDict[str, Any] = MultiDict()
        for name, value in pairs:
            parts.add(_text(name), _text(value))
        asked = [field.name for field in form.fields if field.kind == "file"] or [_text(pairs[0][0]) if pairs else "x"]
        for name in asked * self.chance.randint(0, 3):
            filename, content = self.chance.choice(FILES)
            parts.add(name, (BytesIO(content), filename))
        return parts


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
