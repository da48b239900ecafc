"""The pages of the doors, by what one comes for."""
