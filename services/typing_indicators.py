"""Who is typing."""

from realtime.connection import Connection
from realtime.hub import Hub
from realtime.typing import TypingUsers
from services.rate_limits import RateLimits


class TypingIndicators:
    """Tells rooms who types in them."""

    def __init__(self, hub: Hub, limits: RateLimits) -> None:
        self._hub = hub
        self._limits = limits
        self._typing_users = TypingUsers(self._announce)

    def set(self, connection: Connection, is_typing: bool) -> None:
        """Raises Refusal: rate_limited."""
        self._limits.typing.check(connection.user_id)
        if connection.user_id in self._hub.privacy.of(connection.room_id):
            return
        self._typing_users.set(connection, is_typing)

    def forget(self, connection: Connection) -> None:
        """The connection is gone."""
        self._typing_users.forget(connection)

    def _announce(self, connection: Connection, frame: bytes) -> None:
        kind = f"typing:{connection.user_id}"
        self._hub.send_ephemeral([connection.room_id], kind, frame, except_user=connection.user_id)
