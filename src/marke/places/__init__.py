"""Where things are: addresses the co-op knows, how long a way takes, and where a member is who shares it."""
