"""The question bank on the authors' side."""
