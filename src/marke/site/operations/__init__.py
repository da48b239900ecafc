"""What keeps an installation running: opening it, its doctor, its archives and backups, a day of real orders."""
