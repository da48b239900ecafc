"""The pages of shifts and of what we share."""
