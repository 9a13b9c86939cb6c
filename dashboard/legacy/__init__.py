"""Coming from another system: its rows are read (`source`), understood (`mapping`, `reading`) and imported."""
