"""What connections have lost or are called since a moment ago, for those who come in just now."""

import time
from collections import deque
from collections.abc import Iterable, Iterator

from models import Membership
from realtime.connection import (
    LOGGED_OUT,
    NOT_A_MEMBER,
    RESTARTING,
    ROOM_DELETED,
    Connection,
)
from realtime.envelope import (
    ConnectionEnded,
    MemberRemoved,
    Renamed,
    Revocation,
    RoomDeleted,
    SessionEnded,
    TokenEnded,
)
from realtime.process_name import process_name

REMEMBER_SECONDS = 60.0  # Longer than any admission takes.
# Beyond, the oldest are forgotten: the comparison with the database finds whom they concerned.
REMEMBER_MAX = 10_000
CHUNK = 500  # Memberships in one query.

Told = Revocation | Renamed


class Revocations:
    """The latest rights that were lost and names that were changed, for those whose rights were
    checked before and who come in now.
    """

    def __init__(self) -> None:
        self._latest: deque[tuple[float, Told]] = deque(maxlen=REMEMBER_MAX)

    def __iter__(self) -> Iterator[Told]:
        return (told for _, told in self._latest)

    def add(self, told: Told) -> None:
        now = time.monotonic()
        self._latest.append((now, told))
        while self._latest[0][0] < now - REMEMBER_SECONDS:
            self._latest.popleft()

    def apply_late(self, connection: Connection, since: float) -> None:
        """Close the connection if it has lost its right since then (time.monotonic())."""
        for told in self._since(since):
            if not isinstance(told, Renamed):
                close_if_revoked(connection, told)

    def rename_late(self, connection: Connection, since: float) -> None:
        """Call the connection's user what they are called now, if that has changed since then."""
        for told in self._since(since):
            if isinstance(told, Renamed) and told.user_id == connection.user_id:
                connection.display_name = told.display_name
                return

    def _since(self, since: float) -> Iterator[Told]:
        """The latest one first."""
        for moment, told in reversed(self._latest):
            if moment < since:
                return
            yield told


async def lost_memberships(connections: Iterable[Connection]) -> list[MemberRemoved]:
    """Of those who are in rooms here, whose membership has ended, by the database."""
    inside = {each.membership_id: each for each in connections if each.membership_id is not None}
    ids = sorted(inside)
    lost: list[int] = []
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        lost += sorted(set(some) - await Membership.alive(some))
    return [MemberRemoved(inside[id_].room_id, inside[id_].user_id, id_) for id_ in lost]


def close_if_revoked(connection: Connection, revocation: Revocation) -> None:
    match revocation:
        case SessionEnded() | TokenEnded():
            if _is_by(connection, revocation):
                connection.close(LOGGED_OUT, "logged out")
        case ConnectionEnded():
            _close_if_named(connection, revocation)
        case MemberRemoved(room_id, user_id):
            if (connection.room_id, connection.user_id) == (room_id, user_id) and _is_meant(
                connection, revocation
            ):
                connection.close(
                    NOT_A_MEMBER, "banned" if revocation.is_ban else "no longer a member"
                )
        case RoomDeleted(room_id):
            if connection.room_id == room_id:
                connection.close(ROOM_DELETED, "room deleted")


def _close_if_named(connection: Connection, ended: ConnectionEnded) -> None:
    if (ended.process, ended.number) == (process_name(), connection.number):
        connection.close(RESTARTING, "closed by an administrator: come back")


def _is_by(connection: Connection, ended: SessionEnded | TokenEnded) -> bool:
    """Whether it came in by the credential that has ended; a token_id of None: by any token."""
    if isinstance(ended, SessionEnded):
        return connection.session_id == ended.session_id
    is_theirs = connection.user_id == ended.user_id and connection.token_id != 0
    return is_theirs and ended.token_id in (None, connection.token_id)


def _is_meant(connection: Connection, removed: MemberRemoved) -> bool:
    """Whether it came in by the membership that has ended, and not by one given since."""
    return removed.membership_id in (None, connection.membership_id)
