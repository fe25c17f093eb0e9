"""Finds what notifications between processes have lost, by comparing with the database."""

import asyncio
import itertools
from collections.abc import Iterable
from typing import Protocol, TypeVar

import structlog

from models import AccessToken, Room, Session
from models.queries.display_names import display_names_of
from realtime.broadcast import Broadcast
from realtime.connection import LOBBY, Connection
from realtime.connection_rights import ConnectionRights
from realtime.envelope import Revocation, RoomDeleted, SessionEnded, TokenEnded
from realtime.lobby.lobby import Lobby
from realtime.revocations import lost_memberships

log = structlog.get_logger(__name__)

T = TypeVar("T")

RIGHTS_TICKS = 10  # Every 20 s, one query for every 500 connections.
HEADS_SECONDS = 2.0  # What Redis lost is found after this long: with the reading, within 3 s.


class Compared(Protocol):
    """What is compared: the hub."""

    lobby: Lobby
    rights: ConnectionRights

    def open_rooms(self) -> list[int]: ...
    def notice(self, room_id: int, head: int) -> None: ...
    def revoke_here(self, revocation: Revocation) -> None: ...
    def pop_untrusted(self) -> bool: ...


async def compare_forever(hub: Compared, broadcast: Broadcast) -> None:
    """Compare heads every two seconds, where notifications can be lost; rights too while none
    arrive or after one that could not be believed, and otherwise now and then: one that its sender
    could not publish is missed by nobody. The lobby tells how messages begin: who may hear of which
    room is a right as well.
    """
    for tick in itertools.count(1):
        await asyncio.sleep(HEADS_SECONDS)
        is_urgent = hub.pop_untrusted() or not broadcast.connected
        is_time = is_urgent or tick % RIGHTS_TICKS == 0
        await compare(hub, heads=broadcast.lossy, rights=is_time, lobby=is_urgent)


async def compare(hub: Compared, *, heads: bool = True, rights: bool, lobby: bool = False) -> None:
    """Compare once. A database that is away is asked again next time."""
    try:
        if heads:
            await _heads(hub)
        if rights:
            await _rights(hub)
            await _names(hub)
        if lobby:
            await hub.lobby.compare()
    except Exception as error:
        log.warning("comparison_failed", error=str(error))


async def _heads(hub: Compared) -> None:
    for chunk in _chunks(hub.open_rooms()):
        heads = await Room.heads(chunk)
        for room_id in chunk:
            if room_id in heads:
                hub.notice(room_id, heads[room_id].change)
            else:
                hub.revoke_here(RoomDeleted(room_id))


async def _rights(hub: Compared) -> None:
    connections = hub.rights.connections()
    for chunk in _chunks(sorted({connection.session_id for connection in connections} - {0})):
        alive = await Session.alive(chunk)
        for session_id in set(chunk) - alive:
            hub.revoke_here(SessionEnded(session_id))
    users = {each.token_id: each.user_id for each in connections if each.token_id}
    for chunk in _chunks(sorted(users)):
        for token_id in set(chunk) - await AccessToken.alive(chunk):
            hub.revoke_here(TokenEnded(users[token_id], token_id))
    for removed in await lost_memberships(connections):
        hub.revoke_here(removed)


async def _names(hub: Compared) -> None:
    """A connection speaks under the name that it came with, or that it was told of since."""
    people: dict[int, list[Connection]] = {}
    for connection in hub.rights.connections():
        if connection.room_id != LOBBY:
            people.setdefault(connection.user_id, []).append(connection)
    for chunk in _chunks(sorted(people)):
        before = {each: each.display_name for user_id in chunk for each in people[user_id]}
        names = await display_names_of(chunk)
        for connection, name in before.items():
            # What was told while the database answered is newer than its answer.
            if connection.display_name == name:
                connection.display_name = names.get(connection.user_id, name)


def _chunks(ids: list[T], size: int = 500) -> Iterable[list[T]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
