"""Sockets of a connection without a network."""

import asyncio
from collections.abc import Collection


class MemorySocket:
    """A peer that takes everything."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def write(self, frame: bytes) -> bool:
        self.taken.append(frame)
        return True

    def write_run(self, frames: list[bytes]) -> bool:
        self.taken += frames
        return True

    async def send(self, frame: bytes) -> None:
        self.taken.append(frame)

    async def close(self, code: int, reason: str = "") -> None:
        """Be gone."""


class StalledSocket(MemorySocket):
    """A peer that takes nothing."""

    def write(self, frame: bytes) -> bool:  # noqa: ARG002
        return False

    def write_run(self, frames: list[bytes]) -> bool:  # noqa: ARG002
        return False

    async def send(self, frame: bytes) -> None:  # noqa: ARG002
        await asyncio.Event().wait()


async def nobody_is_online(_: Collection[int]) -> set[int]:
    """What a process without anybody knows of presence."""
    return set()
