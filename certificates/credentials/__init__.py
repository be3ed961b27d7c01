"""Open Badges 3.0: an award as a credential that other software reads. Decision 0045."""
