"""PaperSnitch: a dashboard over a durable workflow engine."""
