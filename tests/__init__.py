"""The tests. Fixtures are in conftest.py, the ladder of objects in factories.py."""
