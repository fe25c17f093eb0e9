"""A queue for the processor, or the disk, in which each address, or person, has its turn."""

import asyncio
from collections import deque
from contextvars import ContextVar

# On whose behalf the processor is asked for; "" where nobody asked.
requester: ContextVar[str] = ContextVar("requester", default="")


def use_queue_of_user(user_id: int) -> None:
    """Let what this request looks for wait behind what this user asks for elsewhere, and not the
    others behind it: see models.sql.fast_path.scan.
    """
    requester.set(f"user {user_id}")


class FairQueue:
    """Lets so many at a time. Those who wait go round robin by requester: whoever sends sixty
    logins at once makes others wait for one of them.
    """

    def __init__(self, at_a_time: int) -> None:
        self._free = at_a_time
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def __aenter__(self) -> None:
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(requester.get(), deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._release()

    def waiting(self) -> int:
        """How many wait on behalf of the same requester."""
        return len(self._waiting.get(requester.get(), ()))

    def _release(self) -> None:
        while self._waiting:
            name, turns = next(iter(self._waiting.items()))
            turn = turns.popleft()
            del self._waiting[name]
            if turns:  # Last again.
                self._waiting[name] = turns
            if not turn.done():  # Else whoever waited has gone.
                turn.set_result(None)
                return
        self._free += 1
