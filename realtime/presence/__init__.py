"""Who is online: leases that run out, never a clean-up that must run."""

from collections.abc import Collection
from typing import Protocol

# A process renews its leases every 7 s and everybody looks for expired ones every 3 s: a killed
# process's people are told offline after 23 s at the latest, well inside the promised 30.
LEASE_SECONDS = 20.0
RENEW_SECONDS = 7.0
SWEEP_SECONDS = 3.0


class Leases(Protocol):
    """Which user is held online by which process. Memory and Redis both keep this contract, and
    tests/presence/test_leases.py holds both to it:

    - a user is online while at least one process holds an unexpired lease;
    - of any number of simultaneous calls, exactly one is told of a transition, by True or by the
      user's id in the result;
    - every call may be repeated.
    """

    async def acquire(self, user_id: int, node: str) -> bool:
        """Hold the user online from this node. True: they were offline before."""

    async def release(self, user_id: int, node: str) -> bool:
        """Let go. True: nobody else holds them, they are offline now."""

    async def renew(self, user_ids: Collection[int], node: str) -> list[int]:
        """Prolong this node's leases. Returns the users who had been forgotten or had expired
        meanwhile and are online again by this call.
        """

    async def expire(self) -> list[int]:
        """Remove what has run out. Returns the users who are offline by this call."""

    async def online(self, user_ids: Collection[int]) -> set[int]:
        """Those of these users who are online."""

    async def close(self) -> None: ...
