"""Leases in one process's memory."""

import time
from collections.abc import Callable, Collection

from realtime.presence import LEASE_SECONDS


class MemoryLeases:
    """See Leases for the contract."""

    def __init__(
        self, lease_seconds: float = LEASE_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._leases: dict[int, dict[str, float]] = {}

    async def acquire(self, user_id: int, node: str) -> bool:
        came_online = not self._is_online(user_id)
        self._leases.setdefault(user_id, {})[node] = self._clock() + self._lease_seconds
        return came_online

    async def release(self, user_id: int, node: str) -> bool:
        nodes = self._leases.get(user_id)
        if nodes is None:
            return False
        nodes.pop(node, None)
        return not self._is_online(user_id) and self._leases.pop(user_id, None) is not None

    async def renew(self, user_ids: Collection[int], node: str) -> list[int]:
        return [user_id for user_id in user_ids if await self.acquire(user_id, node)]

    async def expire(self) -> list[int]:
        expired = [user_id for user_id in self._leases if not self._is_online(user_id)]
        for user_id in expired:
            del self._leases[user_id]
        return expired

    async def online(self, user_ids: Collection[int]) -> set[int]:
        return {user_id for user_id in self._leases.keys() & user_ids if self._is_online(user_id)}

    async def close(self) -> None:
        self._leases.clear()

    def _is_online(self, user_id: int) -> bool:
        now = self._clock()
        return any(deadline > now for deadline in self._leases.get(user_id, {}).values())
