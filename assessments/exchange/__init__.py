"""Questions from and for other systems: what a file says (`question`), its formats, and the plan of an import."""
