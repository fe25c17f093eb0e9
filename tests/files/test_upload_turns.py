"""Whoever sends many files, or slowly, keeps nobody else's place; pictures are taken in turns."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from models import File, Membership, Refusal
from models.fair_queue import use_queue_of_user
from services import unfinished_file
from services.picture_process import WAITING_MAX, PictureProcess, UnusablePictureError
from services.uploads import IN_HAND_OF_ONE
from tests.files.test_discarded_files import bytes_of, uploads_in
from tests.support.photographs import plan
from tests.support.tables import opened, people, room_of


async def never(first: bytes = b"") -> AsyncIterator[bytes]:
    """Bring these bytes, and nothing else."""
    if first:
        yield first
    await asyncio.Event().wait()


async def by_bytes() -> AsyncIterator[bytes]:
    """One at a time, a hundred in a second."""
    while True:
        yield b"x"
        await asyncio.sleep(0.01)


async def test_who_is_too_slow_loses_the_place_and_no_bytes(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfinished_file, "CHUNK_SECONDS", 0.2)
    async with opened(sqlite_url):
        alice, bob = await people("alice", "bob")
        member = await Membership.of(alice.id, await room_of(alice, bob))
        uploads = uploads_in(tmp_path)
        file = await uploads.announced(member, "a", 1 << 20)
        for slow, come in ((never(b"abc"), {3}), (by_bytes(), set(range(4, 60)))):
            offset = await uploads.offset(file)
            with pytest.raises(Refusal, match="request_timeout"):
                await uploads.append(file, offset, slow)
            assert await uploads.offset(file) in come
        with pytest.raises(Refusal, match="request_timeout"):
            await uploads.whole(member, "b", 9, "", never(b"abc"))
        assert await File.all().count() == 1


async def test_places_of_one_person(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        hers, his = [await Membership.of(each.id, room) for each in (alice, bob)]
        uploads = uploads_in(tmp_path)
        waiting = [
            asyncio.create_task(uploads.whole(hers, "a", 1, "", never()))
            for _ in range(IN_HAND_OF_ONE)
        ]
        await asyncio.sleep(0)
        with pytest.raises(Refusal, match="overloaded"):
            await uploads.whole(hers, "a", 1, "", bytes_of(b"x"))
        assert (await uploads.whole(his, "a", 1, "", bytes_of(b"x"))).is_complete
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert (await uploads.whole(hers, "a", 1, "", bytes_of(b"x"))).is_complete
    assert IN_HAND_OF_ONE == 8


async def test_pictures_of_several_people_in_turns() -> None:
    process, done = PictureProcess(), list[str]()

    async def decode(who: int, name: str) -> None:
        use_queue_of_user(who)
        await process.run("profile", upload=plan())
        done.append(name)

    async with asyncio.TaskGroup() as tasks:
        for who, name in ((1, "a1"), (1, "a2"), (1, "a3"), (2, "b1")):
            tasks.create_task(decode(who, name))
    assert done == ["a1", "a2", "b1", "a3"]


async def test_who_has_too_many_waiting_pictures() -> None:
    process = PictureProcess()
    use_queue_of_user(1)
    async with AsyncExitStack() as turn, asyncio.TaskGroup() as tasks:
        await turn.enter_async_context(process._turns)  # noqa: SLF001 - as if one were decoded
        waiting = [tasks.create_task(process.run("profile")) for _ in range(WAITING_MAX)]
        await asyncio.sleep(0)
        with pytest.raises(Refusal, match="upload_busy"):
            await process.run("profile")
        for each in waiting:
            each.cancel()


async def test_no_space_is_no_broken_picture(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(plan())
    with pytest.raises(OSError, match="no space"):
        await PictureProcess().run("file", str(source), "/dev/full", str(tmp_path / "small"))
    source.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(UnusablePictureError, match="broken_picture"):
        await PictureProcess().run("file", str(source), "/dev/full", str(tmp_path / "small"))
