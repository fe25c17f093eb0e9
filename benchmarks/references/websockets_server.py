"""The least that a chat can be on the `websockets` library: rooms in a dictionary and
`broadcast()`. Nobody logs in, nothing is stored, a slow reader is not noticed.

    python -m benchmarks.references.websockets_server PORT
"""

import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from benchmarks.references.frames import Counter, newcomer


class Room(Counter):
    """Those who are connected."""

    def __init__(self) -> None:
        super().__init__()
        self.connections: set[ServerConnection] = set()


rooms: dict[str, Room] = {}


async def chat(connection: ServerConnection) -> None:
    """One connection from its beginning to its end."""
    assert connection.request is not None  # noqa: S101 - for mypy
    room = rooms.setdefault(connection.request.path.partition("?")[0], Room())
    user_id = newcomer()
    room.connections.add(connection)
    try:
        await connection.send(room.ready())
        async for text in connection:
            said, sent = room.answer(text, user_id)
            broadcast(room.connections, said)
            await connection.send(sent)
    finally:
        room.connections.remove(connection)


async def main(port: int) -> None:
    """Serve until killed."""
    async with serve(chat, "127.0.0.1", port, backlog=1024):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
