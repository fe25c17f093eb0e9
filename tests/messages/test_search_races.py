"""The index has just what is said, whoever else edits, deletes and indexes meanwhile."""

import asyncio
import contextlib
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import Message
from models.database import fetch
from models.expired_messages import delete_part
from models.message_commands import DeleteMessage, EditMessage
from models.search_index import (
    begin_anew,
    documents,
    index_room,
    index_stale,
    next_texts,
    rooms_behind,
    stale_texts,
)
from models.search_outdated import take_out_all
from models.sql.message_changes import change_messages
from models.sql.message_store import store
from models.stored_message import Post
from models.user import User
from tests.support.search_contents import expected, indexed
from tests.support.server import fork
from tests.support.tables import opened, people, room_of
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

WORDS = ("ёлка", "сообщения", "sess.opts", "getUserName", "東京都", "plum", "https://example.org")
FILES = '[{"id":1,"name":"tree.png","content_type":"image/png","bytes":9}]'
PART = 3
WORKERS, STEPS = 4, 40
MANY = 1_500


class Story:
    """Somebody who talks in two rooms, and who does to their messages whatever can be done."""

    def __init__(self, author: User, rooms: list[int], seed: int) -> None:
        self.author, self.rooms = author, rooms
        self.dice = random.Random(seed)  # noqa: S311 - repeatable, not secret

    async def go(self) -> None:
        usual = [self.say, self.say, self.edit, self.edit, self.index, self.index, self.stale]
        rare = [self.delete, self.give_file, self.expire, begin_anew, self.take_out]
        acts: list[Callable[[], Awaitable[object]]] = [*usual, *usual, *rare, self.take_out]
        for _ in range(STEPS):
            await self.dice.choice(acts)()

    @property
    def text(self) -> str:
        return " ".join(self.dice.choices(WORDS, k=3))

    async def say(self) -> None:
        room = self.dice.choice(self.rooms)
        names = [(room, self.author.id, self.author.username, self.text) for _ in range(3)]
        await store([Post(*each) for each in names])

    async def edit(self) -> None:
        room, number = await self._one()
        await change_messages([EditMessage(**self._who(room, number), body=self.text)])

    async def delete(self) -> None:
        await change_messages([DeleteMessage(**self._who(*await self._one()))])

    async def give_file(self) -> None:
        room, number = await self._one()
        one = Message.filter(room_id=room, number=number, deleted_at=None)
        await one.update(files=self.dice.choice([FILES, None]))

    async def expire(self) -> None:
        await delete_part(self.dice.choice(self.rooms), self.dice.randrange(5))

    async def index(self) -> None:
        room = self.dice.choice(self.rooms)
        known = documents(await next_texts(room, PART))
        await self._meanwhile()
        await index_room(room, known, PART)

    async def stale(self) -> None:
        known = documents(await stale_texts())
        await self._meanwhile()
        await index_stale(known)

    async def take_out(self) -> None:
        await take_out_all()

    async def _meanwhile(self) -> None:
        acts: list[Callable[[], Awaitable[object]]] = [self.edit, self.delete, self.say]
        await self.dice.choice(acts)()

    async def _one(self) -> tuple[int, int]:
        room = self.dice.choice(self.rooms)
        ((last,),) = await fetch("SELECT revision FROM room WHERE id = $1", room)
        return room, self.dice.randint(1, max(1, last))

    def _who(self, room: int, number: int) -> dict[str, Any]:
        who = {"user_id": self.author.id, "username": self.author.username}
        return {"room_id": room, "message_id": number, **who}


async def index_all() -> None:
    """As whoever starts does it."""
    await take_out_all()
    while texts := await stale_texts():
        await index_stale(documents(texts))
    while rooms := await rooms_behind(10):
        for room in rooms:
            await index_room(room, {})


async def test_it_has_what_is_said_whatever_is_done_meanwhile(database_url: str) -> None:
    async with opened(database_url):
        (anna,) = await people("anna")
        rooms = [await room_of(anna), await room_of(anna)]
        await asyncio.gather(*(Story(anna, rooms, seed).go() for seed in range(WORKERS)))
        await index_all()
        assert await indexed() == await expected()
        assert len(await indexed()) > WORKERS


async def test_who_is_killed_at_it_leaves_it_whole(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url):
        (anna,) = await people("anna")
        room = await room_of(anna)
        story = Story(anna, [room], 1)
        await store([Post(room, anna.id, "anna", story.text) for _ in range(MANY)])
        command = ["--app", "app", "search", "rebuild"]
        settings = {"DATABASE_URL": database_url}
        process = await fork("quart", command, tmp_path, settings, tmp_path / "log")
        try:
            await eventually(_has_begun, "some messages in the index")
            await asyncio.gather(story.say(), story.edit(), story.delete())
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        await index_all()
        assert await indexed() == await expected()


async def _has_begun() -> bool:
    rows = await fetch("SELECT 1 FROM search_progress WHERE room_id > 0 AND number > 0")
    return bool(rows)
