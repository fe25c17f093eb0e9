"""Who is typing. It ends by itself when the author goes silent or away."""

import asyncio
from collections.abc import Callable

from realtime import frames
from realtime.connection import Connection

# Clients repeat `true` every few seconds; two lost ones and the indicator goes out.
SILENCE_SECONDS = 6.0
# An unchanged state is not told again within this time: a key press is not a broadcast.
REPEAT_SECONDS = 1.0

Relay = Callable[[Connection, bytes], None]


class Typists:
    """The typing states of this process's connections."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._expiry: dict[Connection, asyncio.TimerHandle] = {}
        self._told: dict[Connection, tuple[bool, float]] = {}

    def set(self, connection: Connection, is_typing: bool) -> None:
        """`connection`'s user is typing, or has stopped."""
        loop = asyncio.get_running_loop()
        if timer := self._expiry.pop(connection, None):
            timer.cancel()
        if is_typing:
            self._expiry[connection] = loop.call_later(SILENCE_SECONDS, self.stop, connection)
        state, told_at = self._told.get(connection, (not is_typing, 0.0))
        if state != is_typing or loop.time() - told_at >= REPEAT_SECONDS:
            self._told[connection] = (is_typing, loop.time())
            self._relay(
                connection,
                frames.typing_indicator(
                    connection.user_id, connection.username, is_typing, connection.display_name
                ),
            )

    def stop(self, connection: Connection) -> None:
        """If `connection`'s user was typing, they are not any more."""
        if connection in self._expiry:
            self.set(connection, False)

    def forget(self, connection: Connection) -> None:
        """The connection is gone."""
        self.stop(connection)
        self._told.pop(connection, None)
