"""The pages about proposals."""
