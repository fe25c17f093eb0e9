"""The WebSockets of a room and of the lobby."""
