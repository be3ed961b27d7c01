"""The pages of the translator’s desk."""
