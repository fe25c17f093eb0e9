"""Other servers under the same load, so that the figures mean something on any machine."""
