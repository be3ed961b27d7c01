"""Forms of our own pages on the authors' side, by subject."""
