"""The pages of credentials, by who comes."""
