"""What is told right after a consent arrives, however long another process takes to read of it."""

import asyncio

import pytest

from realtime import privacy
from realtime.broadcast.memory import MemoryBroadcast
from realtime.envelope import EphemeralFrame
from realtime.ephemeral_frames import EphemeralFrames

ROOM, BOB = 1, 2
READ = EphemeralFrame([ROOM], f"read:{BOB}", b"read")


class RecordingChannel:
    """A channel that keeps what it is handed."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def send_ephemeral(self, _kind: str, frame: bytes, *_but: object) -> None:
        self.frames.append(frame)


@pytest.mark.parametrize("is_hidden", [False, True])
async def test_frame_waits_until_it_is_known_whose_it_is(
    monkeypatch: pytest.MonkeyPatch, is_hidden: bool
) -> None:
    may_read = asyncio.Event()
    found = [frozenset({BOB} if is_hidden else ()), frozenset({BOB})]

    async def private_members(_: int) -> frozenset[int]:
        if len(found) == 1:
            await may_read.wait()
        return found.pop()

    monkeypatch.setattr(privacy, "private_members", private_members)
    channel, known = RecordingChannel(), privacy.Privacy(MemoryBroadcast())
    frames = EphemeralFrames({ROOM: channel}, None, known)  # type: ignore[arg-type]
    await known.enter(ROOM)
    frames.send_here(READ)
    known.refresh_soon(ROOM)  # Bob has accepted elsewhere.
    frames.send_here(READ)
    assert channel.frames == []
    refresh = known.refresh_under_way(ROOM)
    may_read.set()
    await asyncio.gather(*known._tasks)  # noqa: SLF001
    await asyncio.sleep(0)
    assert refresh is not None
    assert known.refresh_under_way(ROOM) is None
    assert channel.frames == ([] if is_hidden else [READ.frame])
