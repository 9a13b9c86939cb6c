"""The engine: the only code that changes a status. Its public verbs commit; nothing else does."""
