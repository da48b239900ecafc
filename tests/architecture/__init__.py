"""How the house is built, as tests: what import contracts and types cannot see."""
