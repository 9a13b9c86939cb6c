"""What a page offers to whoever walks the site: its links, and its forms with their fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = Sequence[tuple[str, str | None]]
NO_FIELD = ("image", "reset", "button")


@dataclass(frozen=True)
class Field:
    """A named control, with what it would send."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True)
class Form:
    """Where a form leads, and its fields; no action means the page it stands on."""

    method: str
    action: str
    fields: tuple[Field, ...]


@dataclass
class Page:
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page()


@dataclass
class _Open:
    """A form while its fields are met; buttons may lead elsewhere than the form does."""

    method: str
    action: str
    fields: list[Field] = field(default_factory=list)
    elsewhere: list[tuple[str, str]] = field(default_factory=list)

    def forms(self) -> list[Form]:
        """An own way only where it has an address, or no button has one."""
        own = [(self.method, self.action)] if self.action or not self.elsewhere else []
        ways = [*own, *self.elsewhere]
        return [Form(method, action, tuple(self.fields)) for method, action in ways if method != "DIALOG"]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._links: list[str] = []
        self._forms: dict[str, _Open] = {}
        self._loose: list[tuple[str, Field]] = []
        self._elsewhere: list[tuple[str, str, str]] = []
        self._form = ""
        self._select: dict[str, str] = {}

    def page(self) -> Page:
        for form_id, loose in self._loose:
            if form_id in self._forms:
                self._forms[form_id].fields.append(loose)
        for form_id, method, action in self._elsewhere:
            if form := self._forms.get(form_id):
                form.elsewhere.append((method.upper() or form.method, action))
        return Page(self._links, [form for one in self._forms.values() for form in one.forms()])

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        self._links += [given[name] for name in ("href", "hx-get") if name in given and tag != "link"]
        if tag == "form":
            self._form = given.get("id") or f"form {len(self._forms)}"
            self._forms[self._form] = _Open(given.get("method", "get").upper(), given.get("action", ""))
        elif tag == "select":
            self._select = given
        elif tag == "option" and self._select.get("name"):
            self._meet(Field(self._select["name"], "select", given.get("value", "")), self._select)
        elif tag in ("input", "textarea", "button"):
            self._control(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "select":
            self._select = {}

    def _control(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text")
        if given.get("name") and kind not in NO_FIELD:
            self._meet(Field(given["name"], kind, given.get("value", "")), given)
        if "formaction" in given:
            self._elsewhere.append((given.get("form", self._form), given.get("formmethod", ""), given["formaction"]))

    def _meet(self, met: Field, given: dict[str, str]) -> None:
        if "form" in given:
            self._loose.append((given["form"], met))
        elif self._form:
            self._forms[self._form].fields.append(met)
