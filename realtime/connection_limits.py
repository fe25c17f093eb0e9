"""How many connections this process has, one person has here, and one address."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from config import Settings
from models import Refusal

K = TypeVar("K", int, str)

RETRY_SECONDS = 10


class ConnectionSlots:
    """Slots for connections, each held from admission to close."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._taken = 0
        self._by_user: Counter[int] = Counter()
        self._by_address: Counter[str] = Counter()

    @contextmanager
    def take(self, user_id: int, address: str) -> Iterator[None]:
        """One slot. It is counted for the user and for the address: see
        blueprints/client_addresses.py.

        Raises:
            Refusal: too_many_connections.
        """
        if self._is_full(user_id, address):
            raise Refusal("too_many_connections", retry_after=RETRY_SECONDS)
        self._taken += 1
        self._by_user[user_id] += 1
        self._by_address[address] += 1
        try:
            yield
        finally:
            self._taken -= 1
            _decrement(self._by_user, user_id)
            _decrement(self._by_address, address)

    def _is_full(self, user_id: int, address: str) -> bool:
        settings = self._settings
        if self._taken >= settings.max_connections:
            return True
        return settings.rate_limits and (
            self._by_user[user_id] >= settings.max_connections_per_user
            or self._by_address[address] >= settings.connections_per_address
        )


def _decrement(counts: Counter[K], key: K) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
