"""Many real worker processes on real servers."""
