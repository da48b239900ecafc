"""Coming home safely: check-ins, trips that are shared, calls for help, people kept apart."""
