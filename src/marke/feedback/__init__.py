"""What was said about work, and what is shown of it."""
