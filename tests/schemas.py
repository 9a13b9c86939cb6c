"""Empty databases for the tests: the tables are made once, the rows removed after each test."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from dashboard.extensions import Base, engine_options, tune


class Schema:
    """One database with every table and no rows."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = tune(create_engine(url, **engine_options(url)))
        Base.metadata.drop_all(self.engine)
        Base.metadata.create_all(self.engine)

    def empty(self) -> None:
        """Remove every row, those that refer to others first."""
        with self.engine.connect().execution_options(writes=True) as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
            connection.commit()

    def close(self) -> None:
        self.engine.dispose()


def on_sqlite(folder: Path) -> Schema:
    """A database file in that folder."""
    return Schema(f"sqlite:///{folder / 'test.db'}")


def on_mariadb(server_url: str, worker: str) -> Schema:
    """A database of that pytest worker's own on the server."""
    return Schema(fresh_database(server_url, worker))


def fresh_database(server_url: str, suffix: str) -> str:
    """Make an empty database on that server; its URL."""
    url = make_url(server_url)
    name = f"{url.database or 'papersnitch_test'}_{suffix}"
    server = create_engine(url.set(database=""))
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS `{name}`"))
        connection.execute(text(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4"))
    server.dispose()
    return url.set(database=name).update_query_dict({"charset": "utf8mb4"}).render_as_string(hide_password=False)
