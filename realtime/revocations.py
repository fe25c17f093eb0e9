"""Rights that were lost a moment ago, and the closing of the connections that had them."""

import time
from collections import deque
from collections.abc import Iterator

from realtime.connection import LOGGED_OUT, NOT_A_MEMBER, ROOM_DELETED, Connection
from realtime.envelope import MemberRemoved, Revocation, RoomDeleted, SessionEnded

REMEMBER_SECONDS = 60.0  # Longer than any admission takes.


class Revocations:
    """The latest ones, for those whose rights were checked before and who come in now."""

    def __init__(self) -> None:
        self._latest: deque[tuple[float, Revocation]] = deque()

    def __iter__(self) -> Iterator[Revocation]:
        return (revocation for _, revocation in self._latest)

    def add(self, revocation: Revocation) -> None:
        now = time.monotonic()
        self._latest.append((now, revocation))
        while self._latest[0][0] < now - REMEMBER_SECONDS:
            self._latest.popleft()

    def apply_late(self, connection: Connection, since: float) -> None:
        """Close the connection if it has lost its right since then (time.monotonic())."""
        for moment, revocation in self._latest:
            if moment >= since:
                close_if_revoked(connection, revocation)


def close_if_revoked(connection: Connection, revocation: Revocation) -> None:
    match revocation:
        case SessionEnded(session_id):
            if connection.session_id == session_id:
                connection.close(LOGGED_OUT, "logged out")
        case MemberRemoved(room_id, user_id):
            if (connection.room_id, connection.user_id) == (room_id, user_id):
                connection.close(NOT_A_MEMBER, "no longer a member")
        case RoomDeleted(room_id):
            if connection.room_id == room_id:
                connection.close(ROOM_DELETED, "room deleted")
