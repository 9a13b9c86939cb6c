"""Handlers and a workflow that PaperSnitch loads where PAPERSNITCH_PLUGINS names this package."""
