"""What the interface promises, measured: pages, polls, live tabs, the long log, downloads, first load."""
