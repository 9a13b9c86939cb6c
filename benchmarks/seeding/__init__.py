"""A database with years of history, made in minutes: who is in it, what became of each run, and its rows."""
