"""Pages about what was said."""
