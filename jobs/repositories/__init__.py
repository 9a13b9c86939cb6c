"""A paper's code repository: fetched without trust, kept as text, read for facts."""
