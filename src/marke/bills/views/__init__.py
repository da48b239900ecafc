"""Pages of suppliers’ bills."""
