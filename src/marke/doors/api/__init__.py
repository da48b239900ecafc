"""The door for programs: the same services and permissions as the pages, as JSON."""
