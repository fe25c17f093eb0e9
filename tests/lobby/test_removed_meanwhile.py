"""Whoever loses a room while it is being read for them hears nothing more of it."""

import asyncio

import msgspec

from protocol.views import ListItem, RoomItem
from realtime.connection import LOBBY, Connection
from realtime.lobby.subscriber import RoomStates, Subscriber
from tests.support.memory_socket import MemorySocket

ROOM = 7
ITEM = RoomItem(ROOM, "Kitchen", "room", 1, None, "member", 0, None, False, 0, 0, "all")
ACTIVITY = b'{"type":"room_activity","room_id":7}'


class Reads:
    """What is read of a room, in the order of the questions, each when it is let go."""

    def __init__(self, *items: ListItem | None) -> None:
        self.items = list(items)
        self.asked = asyncio.Semaphore(0)
        self.let_go = asyncio.Semaphore(0)

    async def __call__(self, user_id: int, room_id: int) -> ListItem | None:
        assert (user_id, room_id) == (1, ROOM)
        found = self.items.pop(0)
        self.asked.release()
        await self.let_go.acquire()
        return found


async def heard(socket: MemorySocket) -> list[str]:
    """Return the types of the frames so far."""
    await asyncio.sleep(0)
    return [msgspec.json.decode(frame)["type"] for frame in socket.taken]


async def test_stale_answer_lets_nobody_hear_again() -> None:
    states: RoomStates = {}
    reads = Reads(ITEM, None)
    anna, bob = (Subscriber(user_id, states, reads) for user_id in (1, 2))
    socket = MemorySocket()
    anna.connections.add(
        Connection(socket, number=1, room_id=LOBBY, user_id=1, username="anna", session_id=1)
    )
    for each in (anna, bob):
        each.add(ROOM, is_asked=False, from_number=0)
    anna.refresh(ROOM)  # Somebody has renamed it.
    await reads.asked.acquire()
    anna.drop(ROOM)  # And removes her, as Lobby.revoked does.
    anna.refresh(ROOM)
    reads.let_go.release()
    await reads.asked.acquire()
    states[ROOM].send_activity(ACTIVITY)
    reads.let_go.release()
    assert await heard(socket) == ["room_left"]
    anna.stop()
