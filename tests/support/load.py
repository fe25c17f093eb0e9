"""A crowd in a room that costs the tests little."""

import asyncio
import contextlib
from typing import Self

from tests.support.raw import Raw


class Audience(list[Raw]):
    """Connections that take whatever comes, as long as the block lasts, and look at nothing."""

    async def __aenter__(self) -> Self:
        self._listening = asyncio.gather(*(_drain(raw) for raw in self))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listening


async def _drain(raw: Raw) -> None:
    with contextlib.suppress(ConnectionError):
        while await raw.reader.read(1 << 16):
            pass
