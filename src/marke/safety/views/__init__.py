"""The pages of safety, by what one comes for."""
