"""Fixtures of peers that behave badly, and of servers that lose their patience quickly."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.resilience.calm import end
from tests.resilience.processes import World
from tests.resilience.stories import Room, Story
from tests.support.raw import Raw
from tests.support.server import ROOT, Server


class OpenRaw(Protocol):
    """`await raw(server, port=…, window=…)`: a TCP connection, aborted after the test."""

    async def __call__(self, server: Server, **options: Any) -> Raw: ...


@pytest.fixture
async def raw() -> AsyncIterator[OpenRaw]:
    """A factory of connections that do nothing by themselves."""
    opened: list[Raw] = []

    async def open_raw(server: Server, **options: Any) -> Raw:
        opened.append(await Raw.open(server, **options))
        return opened[-1]

    yield open_raw
    for each in opened:
        each.abort()


class WriteConfig(Protocol):
    """`config(keep_alive_timeout=3)`: the path of a hypercorn.toml like the project's own but for
    these settings.
    """

    def __call__(self, **settings: float) -> str: ...


@pytest.fixture
def config(tmp_path: Path) -> WriteConfig:
    """A factory of configurations that make the tests quick."""

    def write(**settings: float) -> str:
        text = (ROOT / "hypercorn.toml").read_text()
        for name, value in settings.items():
            text = re.sub(rf"(?m)^{name} *=.*\n", "", text) + f"{name} = {value}\n"
        path = tmp_path / "hypercorn.toml"
        path.write_text(text)
        return str(path)

    return write


@pytest.fixture
def tell(sqlite_url: str) -> Iterator[Callable[[Story], None]]:
    """Lets a story happen in a room; in the end everybody knows everything of it."""
    world = World(sqlite_url)
    room = Room(world)

    async def happen(story: Story) -> None:
        await room.start()
        await story(room)
        await end(room)
        await room.stop()

    yield lambda story: world.run(happen(story))
    world.close()
