"""SQL past the ORM, for the few queries that every message or connection needs."""
