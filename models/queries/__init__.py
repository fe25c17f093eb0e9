"""Questions to several tables at once, read-only."""
