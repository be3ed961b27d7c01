"""Pages of classes and nominations."""
