"""Who does which job, seen as a whole: the desk, the same weeks under other rules, the yearly report."""
