"""Pages of our own on the authors' side."""
