"""What somebody has missed in a room, from the database."""

import asyncio
from collections.abc import AsyncIterator

from models import Membership, Message, Room, Stored
from realtime import frames
from realtime.channel import Channel
from realtime.connection import Connection

PAGE = 64  # Messages in one read of a replay or a repair: they fit into a connection's queue.
REPLAY_MAX = 1_000
TURN = 8


async def catch_up(channel: Channel, after: int) -> None:
    """Wait until the channel has delivered what somebody who comes in has seen already, on another
    process, before the ring for it came here: it would be delivered to them again.
    """
    if after > channel.delivered:
        heads = await Room.heads([channel.room_id])
        await channel.reach(min(after, heads.get(channel.room_id, 0)))


async def replay(channel: Channel, connection: Connection, after: int, too_far: bytes) -> None:
    """Send what the channel has delivered after this number; `too_far` where that is too much."""
    if channel.delivered - after > REPLAY_MAX:
        connection.send(too_far)
        return
    while after < channel.delivered and not connection.closing:
        found = await missing(connection.room_id, after, channel.delivered)
        if not found:  # The room was deleted meanwhile.
            return
        for revision, frame in found:
            await connection.drain()  # A replay is never what makes a peer too slow.
            connection.send(frame)
            after = revision


async def missing(room_id: int, after: int, upto: int) -> list[tuple[int, bytes]]:
    """The next page of messages after this number: (revision, frame)."""
    messages = await Message.since(room_id, after, upto, PAGE)
    read = await Membership.reach(room_id)
    return [
        (message.number, frames.chat_message(message, read.by_others(message)))
        async for message in unhurried(messages)
    ]


async def unhurried(messages: list[Stored]) -> AsyncIterator[Stored]:
    """These messages, with the others' turn in between: a frame may take a millisecond to make."""
    for number, message in enumerate(messages, 1):
        yield message
        if number % TURN == 0:
            await asyncio.sleep(0)
