"""Who is typing. It ends by itself when the author goes silent or away."""

import asyncio
from collections.abc import Callable

from msgspec import UNSET

from models import Refusal
from protocol.server_frames import TypingIndicator, encode
from realtime.connection import Connection
from realtime.rate_limits import Limit

# Clients repeat `true` every few seconds; two lost ones and the indicator goes out.
SILENCE_SECONDS = 6.0
# An unchanged state is not told again within this time: a key press is not a broadcast.
REPEAT_SECONDS = 1.0
# Changes of one person that everybody in the room is told of: nobody types in bursts that are
# shorter, and each costs as much as a message.
CHANGES = (2.0, 6)

Relay = Callable[[Connection, bytes], None]


class TypingUsers:
    """The typing states of this process's connections."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._changes = Limit(CHANGES)
        self._expiry: dict[Connection, asyncio.TimerHandle] = {}
        self._sent: dict[Connection, tuple[bool, float]] = {}
        # What was too much at once is told later, as it is then.
        self._later: dict[Connection, asyncio.TimerHandle] = {}

    def set(self, connection: Connection, is_typing: bool) -> None:
        """`connection`'s user is typing, or has stopped."""
        loop = asyncio.get_running_loop()
        if timer := self._expiry.pop(connection, None):
            timer.cancel()
        if is_typing:
            self._expiry[connection] = loop.call_later(SILENCE_SECONDS, self.stop, connection)
        if connection not in self._later:
            self._update(connection)

    def stop(self, connection: Connection) -> None:
        """If `connection`'s user was typing, they are not any more."""
        if connection in self._expiry:
            self.set(connection, False)

    def forget(self, connection: Connection) -> None:
        """The connection is gone."""
        for timers in (self._expiry, self._later):
            if timer := timers.pop(connection, None):
                timer.cancel()
        was_typing, _ = self._sent.pop(connection, (False, 0.0))
        if was_typing:
            self._send(connection, False)

    def forget_user(self, user_id: int) -> None:
        """They are not to be seen any more."""
        for connection in [each for each in self._sent if each.user_id == user_id]:
            self.forget(connection)

    def _update(self, connection: Connection) -> None:
        """Tell the others what has changed, or let it wait for its turn."""
        self._later.pop(connection, None)
        now = asyncio.get_running_loop().time()
        is_typing = connection in self._expiry
        state, sent_at = self._sent.get(connection, (not is_typing, 0.0))
        if state == is_typing and now - sent_at < REPEAT_SECONDS:
            return
        try:
            self._changes.check(connection.user_id)
        except Refusal as refusal:
            wait = refusal.retry_after or 0
            loop = asyncio.get_running_loop()
            self._later[connection] = loop.call_later(wait, self._update, connection)
            return
        self._sent[connection] = (is_typing, now)
        self._send(connection, is_typing)

    def _send(self, connection: Connection, is_typing: bool) -> None:
        frame = TypingIndicator(
            connection.user_id, connection.username, is_typing, connection.display_name or UNSET
        )
        self._relay(connection, encode(frame))
