"""Minutes of mixed load and faults on the whole site: what must hold, and what grows."""
