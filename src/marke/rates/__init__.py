"""What work costs: fares as data, set by the member, the circle or the co-op, as a rule says."""
