"""The user-level socket: what is new in all rooms of a user."""
