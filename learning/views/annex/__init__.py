"""The pages of the national annex: its desk, its review, and reading again."""
