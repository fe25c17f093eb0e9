"""Finds what the doorbell has lost, by comparing with the database."""

import asyncio
import itertools
from collections.abc import Iterable
from typing import Protocol, TypeVar

import structlog

from models import Membership, Room, Session
from realtime.broadcast import Broadcast
from realtime.connection import LOBBY, Connection
from realtime.envelope import MemberRemoved, Revocation, RoomDeleted, SessionEnded

log = structlog.get_logger(__name__)

T = TypeVar("T")

RIGHTS_TICKS = 10  # Every 20 s, one query for every 500 connections.
HEADS_SECONDS = 2.0  # What Redis lost is found after this long: with the reading, within 3 s.


class Compared(Protocol):
    """What is compared: the hub."""

    def connections(self) -> list[Connection]: ...
    def open_rooms(self) -> list[int]: ...
    def notice(self, room_id: int, head: int) -> None: ...
    def revoke_here(self, revocation: Revocation) -> None: ...


async def compare_forever(hub: Compared, broadcast: Broadcast) -> None:
    """Compare heads every two seconds, where rings can be lost; rights too while none can be heard,
    and otherwise now and then: a ring that its sender could not publish is missed by nobody.
    """
    for tick in itertools.count(1):
        await asyncio.sleep(HEADS_SECONDS)
        is_time = not broadcast.connected or tick % RIGHTS_TICKS == 0
        await compare(hub, heads=broadcast.lossy, rights=is_time)


async def compare(hub: Compared, *, heads: bool = True, rights: bool) -> None:
    """Compare once. A database that is away is asked again next time."""
    try:
        if heads:
            await _heads(hub)
        if rights:
            await _rights(hub)
    except Exception as error:
        log.warning("comparison_failed", error=str(error))


async def _heads(hub: Compared) -> None:
    for chunk in _chunks(hub.open_rooms()):
        heads = await Room.heads(chunk)
        for room_id in chunk:
            if room_id in heads:
                hub.notice(room_id, heads[room_id])
            else:
                hub.revoke_here(RoomDeleted(room_id))


async def _rights(hub: Compared) -> None:
    connections = hub.connections()
    for chunk in _chunks(sorted({connection.session_id for connection in connections})):
        alive = await Session.alive(chunk)
        for session_id in set(chunk) - alive:
            hub.revoke_here(SessionEnded(session_id))
    pairs = {(each.room_id, each.user_id) for each in connections if each.room_id != LOBBY}
    for some in _chunks(sorted(pairs)):
        for pair in set(some) - await Membership.pairs(some):
            hub.revoke_here(MemberRemoved(*pair))


def _chunks(ids: list[T], size: int = 500) -> Iterable[list[T]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
