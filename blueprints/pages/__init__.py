"""HTML pages, which also work without JavaScript."""
