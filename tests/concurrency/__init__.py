"""Races, with real threads and real connections on MariaDB."""
