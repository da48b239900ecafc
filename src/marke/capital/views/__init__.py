"""Pages about raising capital."""
