"""Who is typing."""

from realtime.connection import Connection
from realtime.hub import Hub
from realtime.presence.tracker import PresenceTracker
from realtime.typing import TypingUsers
from services.rate_limits import RateLimits


class TypingIndicators:
    """Tells rooms who types in them."""

    def __init__(self, hub: Hub, limits: RateLimits, tracker: PresenceTracker) -> None:
        self._hub = hub
        self._tracker = tracker
        self._limits = limits
        self._typing_users = TypingUsers(self._announce)

    def set(self, connection: Connection, is_typing: bool) -> None:
        """Raises Refusal: rate_limited."""
        self._limits.typing.check(connection.user_id)
        if connection.user_id in self._hub.privacy.of(connection.room_id):
            return
        if not self._tracker.is_shown(connection.user_id):  # Who hides is not seen typing.
            return
        self._typing_users.set(connection, is_typing)

    def forget(self, connection: Connection) -> None:
        """The connection is gone."""
        self._typing_users.forget(connection)

    def forget_user(self, user_id: int) -> None:
        """They hide from now on."""
        self._typing_users.forget_user(user_id)

    def _announce(self, connection: Connection, frame: bytes) -> None:
        kind = f"typing:{connection.user_id}"
        self._hub.send_ephemeral([connection.room_id], kind, frame, except_user=connection.user_id)
