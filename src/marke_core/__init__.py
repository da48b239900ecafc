"""The mathematics: pure functions without a database, a clock, a network or global state."""
