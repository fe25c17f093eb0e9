"""Stories of one room at two processes, told step by step."""

from collections.abc import Awaitable, Callable

from models import Membership
from tests.resilience.deployment import AnyKind, Deployment
from tests.resilience.processes import pass_time
from tests.resilience.reader import Reader
from tests.support.waiting import eventually

ALICE, BOB, CAROL, DAN, _ = range(5)  # Alice owns the room, Bob and Carol are in it.

Story = Callable[["Room"], Awaitable[None]]


class Room(Deployment):
    """What these tests say of a deployment."""

    async def member(self, who: int) -> Membership:
        return await self.membership(self.world.people[who].id)

    async def untold(self, *commands: AnyKind) -> None:
        """The process 0 stores these and dies."""
        for command in commands:
            self.ask(command, 0)
        await pass_time(1)
        await self.die(0)

    async def is_ready(self, reader: Reader) -> None:
        """Wait until this one has everything that was missed."""

        async def has_all() -> bool:
            return reader.is_ready

        await eventually(has_all, f"{reader.user.username} to be ready")

    async def arrived(self, *readers: Reader) -> None:
        """Wait until these know everything."""

        async def have_heard() -> bool:
            return all(reader.facts == self.room.facts for reader in readers)

        await eventually(have_heard, f"what {[reader.user.username for reader in readers]} lack")
