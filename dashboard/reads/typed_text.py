"""Rows that hold a text somebody typed, whatever its case: never a pattern, though it is found by one."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Boolean, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_MEANT_OTHERWISE = re.compile(r"[\\.^$|()\[\]{}*+?]")  # by PCRE in MariaDB and by ICU in MySQL
_WILD = re.compile(r"[/%_]")


class Says(FunctionElement[bool]):
    """Of a column, a regular expression and a LIKE: MySQL takes half as long for the one as for the other, which has
    to turn every row into small letters first; SQLite knows only the other."""

    inherit_cache = True
    type = Boolean()


def says(column: InstrumentedAttribute[str], text: str) -> Says:
    """The text stands in the column. SQLite tells small from capital letters beyond ASCII."""
    pattern = "(?i)" + _MEANT_OTHERWISE.sub(r"\\\g<0>", text)
    like = "%" + _WILD.sub(r"/\g<0>", text) + "%"
    return Says(column, literal(pattern), literal(like))


@compiles(Says)
def _matches(element: Says, compiler: SQLCompiler, **options: Any) -> str:
    column, pattern, _like = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} REGEXP {pattern})"


@compiles(Says, "sqlite")
def _is_like(element: Says, compiler: SQLCompiler, **options: Any) -> str:
    column, _pattern, like = (compiler.process(one, **options) for one in element.clauses)
    return f"(lower({column}) LIKE lower({like}) ESCAPE '/')"
