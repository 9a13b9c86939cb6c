"""What `benchmarks/evidence.py` is made of: what people found in papers, beside what a run finds."""
