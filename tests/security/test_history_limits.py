"""Who reads the history again and again is slowed down; nobody else is, and nothing is missed."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Response, expect

from models import Post
from models.room import Head
from models.sql.message_store import store
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.replay import Position, Replay
from realtime.room_changes import RoomChanges
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.memory_socket import MemorySocket, nobody_is_online
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened, people, room_of
from tests.support.waiting import eventually

AT_ONCE = 400
READERS = 8


@asynccontextmanager
async def reading(person: Person, room_id: int) -> AsyncIterator[Counter[int]]:
    """Read the history without a pause, as long as the block lasts; counts the answers. When it
    begins the first read has been refused.
    """
    statuses: Counter[int] = Counter()

    async def read() -> None:
        while True:
            answer = await person.http.get(f"/api/rooms/{room_id}/messages?limit=1")
            statuses[answer.status_code] += 1

    async def is_refused() -> bool:
        return statuses[429] > 0

    readers = [asyncio.create_task(read()) for _ in range(READERS)]
    try:
        await eventually(is_refused, "a refusal")
        yield statuses
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)


async def test_reads_are_limited_by_person(limited: Server, person: MakePerson) -> None:
    alice, bob = await person("alice", on=limited), await person("bob", on=limited)
    room = await alice.create_room(bob)
    async with reading(alice, room) as statuses:
        assert statuses[200] >= AT_ONCE
        paths = (f"/api/rooms/{room}/messages", f"/rooms/{room}/?before=1", f"/api/rooms/{room}")
        for path in paths:
            answer = await alice.http.get(path)
            while answer.status_code == 200:
                answer = await alice.http.get(path)
            assert answer.status_code == 429
            assert int(answer.headers["retry-after"]) >= 1
            assert (await bob.http.get(path)).status_code == 200
        assert set(statuses) == {200, 429}


async def test_replays_are_refused_at_the_handshake(limited: Server, person: MakePerson) -> None:
    alice = await person("alice", on=limited)
    room = await alice.create_room()
    async with reading(alice, room):

        async def is_refused() -> bool:
            with contextlib.suppress(AssertionError):  # Let in: a token had come back.
                return await alice.refused(room, after=0) == 429
            return False

        await eventually(is_refused, "a refused replay")
        # Without a replay nothing of the history is read.
        await (await alice.connect(room)).expect("ready")


@pytest.mark.parametrize("position", [Position(after=0), Position(since=0)])
async def test_each_page_of_a_replay_waits_for_its_turn(
    sqlite_url: str, position: Position
) -> None:
    paces: list[tuple[int, int]] = []
    peer = MemorySocket()

    async def pace(user_id: int) -> None:
        paces.append((user_id, len(peer.taken)))

    async with opened(sqlite_url):
        (alice,) = await people("alice")
        room = await room_of(alice)
        await store([Post(room, alice.id, "alice", f"{number}") for number in range(200)])
        changes = RoomChanges(nobody_is_online, "en")
        channel = Channel(room, changes.each, lambda: None, lambda: None)
        channel.open(Head(200, 200))
        connection = Connection(
            peer, number=1, room_id=room, user_id=alice.id, username="alice", session_id=1
        )
        replay = Replay(channel, connection, changes, b"too far")
        await replay.run(position, pace)
    assert len(peer.taken) == 200
    # The first page was counted at the handshake.
    assert paces == [(alice.id, 64), (alice.id, 128), (alice.id, 192)]


async def test_page_shows_what_was_refused_a_moment_later(
    limited: Server, person: MakePerson, tab: OpenTab
) -> None:
    anna = await person("anna", on=limited)
    room = await anna.create_room()
    async with opened(limited.database_url):
        await store([Post(room, anna.id, "anna", f"{number}") for number in range(340)])
    guest = await Guest.of(await tab(limited), anna)
    guest.tab.allow("429")
    await guest.enter(room)
    refused = asyncio.Event()

    def note(response: Response) -> None:
        if response.status == 429:
            refused.set()

    async def scroll(*, until_refused: bool) -> None:
        """Look at the oldest until there is more, or the server has refused it."""
        count = await guest.messages.count()
        await guest.messages.first.scroll_into_view_if_needed()

        async def is_answered() -> bool:
            is_more = await guest.messages.count() > count
            return is_more or (until_refused and refused.is_set())

        await eventually(is_answered, "more of the history")

    guest.page.on("response", note)
    async with reading(anna, room):
        # Six pages: now and then one of them gets the place that has just become free.
        while not refused.is_set():
            await scroll(until_refused=True)
    while await guest.messages.count() < 340:
        await scroll(until_refused=False)
    await expect(guest.page.locator("#older")).to_be_hidden()
