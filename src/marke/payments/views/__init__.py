"""The pages about money that is asked for, comes in and goes out."""
