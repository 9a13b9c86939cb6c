"""Coming from another system: its rows are read (`source`, `cells`), understood (`mapping`, `reading`) and imported."""
