"""Column types that mean the same on MySQL, MariaDB and SQLite."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import mapped_column

BigInt = BigInteger().with_variant(Integer, "sqlite")
LongText = Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
LongBlob = LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")

TABLE = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


class Ascii(TypeDecorator[str]):
    """Up to 64 characters of ASCII. Others, which people may ask for, are written as `\\u2603` and so match nothing:
    MariaDB refuses to compare the column with them."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.VARCHAR(64, charset="ascii", collation="ascii_bin"))
        return dialect.type_descriptor(String(64))

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else value.encode("ascii", "backslashreplace").decode()


class UtcTime(TypeDecorator[datetime]):
    """DATETIME(6) in UTC: aware in Python, naive in the database."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value if value is None else value.replace(tzinfo=UTC)


Key = Annotated[int, mapped_column(BigInt, primary_key=True, autoincrement=True)]
Moment = Annotated[datetime, mapped_column(UtcTime)]
Name = Annotated[str, mapped_column(String(200))]
Code = Annotated[str, mapped_column(Ascii)]
Words = Annotated[str, mapped_column(Text)]
Json = Annotated[dict[str, Any], mapped_column(JSON)]
