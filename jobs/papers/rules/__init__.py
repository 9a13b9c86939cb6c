"""Rules: what counts as evidence in a sentence, as tables of patterns, one small file a family."""
