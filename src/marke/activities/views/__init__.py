"""What members and officers do with own businesses."""
