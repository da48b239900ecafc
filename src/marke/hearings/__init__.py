"""Nobody is shut out without being heard: notice, statement, decision, appeal."""
