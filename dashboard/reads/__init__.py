"""What pages show: queries that return frozen rows. Nothing here writes, nothing here knows of requests."""
