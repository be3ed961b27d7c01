"""Forms of certificates."""
