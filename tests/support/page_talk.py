"""People who write on their pages all the time, whatever happens to the servers meanwhile."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.support.guest import Guest
from tests.support.waiting import eventually

# Between two messages of one person, in seconds.
PACE = 0.33
SHOWN = (
    "items => items.map(each => `${each.dataset.state} ${each.querySelector('.text').innerText}`)"
)


@asynccontextmanager
async def talking(guests: Sequence[Guest]) -> AsyncIterator[list[str]]:
    """Let each of them write one message after the other within the block; yields all of these."""
    said: list[str] = []
    is_over = asyncio.Event()

    async def talk(guest: Guest, name: str) -> None:
        while not is_over.is_set():
            text = f"{name} {len(said)}"
            said.append(text)
            await guest.say(text)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(is_over.wait(), PACE)

    async with asyncio.TaskGroup() as group:
        for number, guest in enumerate(guests):
            group.create_task(talk(guest, "abc"[number]))
        try:
            yield said
        finally:
            is_over.set()


async def are_shown_as_sent(guest: Guest, said: Sequence[str]) -> None:
    """Wait until the page shows each of these once, as stored, and no other message."""
    wanted = sorted(f"sent {text}" for text in said)

    async def is_so() -> bool:
        return sorted(await guest.messages.evaluate_all(SHOWN)) == wanted

    await eventually(is_so, f"{len(said)} messages to be shown as sent")
