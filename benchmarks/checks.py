"""What has to be true of the figures: nothing lost, nothing doubled, everything in order."""

from collections.abc import Mapping

SHOWN = 5  # Violations in a report; the first says most.


class Violation(Exception):  # noqa: N818 - reads as what it says
    """The server broke a promise: whatever was measured counts for nothing."""


class Checks:
    """Collects what went wrong, so that a check costs the generator next to nothing."""

    def __init__(self) -> None:
        self.violations: list[str] = []

    def complain(self, about: str) -> None:
        self.violations.append(about)

    def verdict(self) -> None:
        """Raises Violation if there was any complaint."""
        if self.violations:
            more = len(self.violations) - SHOWN
            lines = self.violations[:SHOWN] + ([f"and {more} more"] if more > 0 else [])
            raise Violation("; ".join(lines))


class Heard:
    """The messages that one connection has got: each number once, in order, without gaps."""

    __slots__ = ("_checks", "_who", "last")

    def __init__(self, who: str, checks: Checks, after: int) -> None:
        self._who = who
        self._checks = checks
        self.last = after

    def message(self, number: int) -> None:
        """Take the next message."""
        if number != self.last + 1:
            what = "lost" if number > self.last else "doubled or out of order"
            self._checks.complain(f"{self._who}: {number} after {self.last}: {what}")
        self.last = max(self.last, number)


class Sent:
    """What one connection has sent: each client_id is acknowledged once."""

    __slots__ = ("_checks", "_who", "waiting")

    def __init__(self, who: str, checks: Checks) -> None:
        self._who = who
        self._checks = checks
        self.waiting: set[str] = set()

    def acknowledged(self, client_id: str | None, number: int, heard: int) -> None:
        """Take a message_sent for `number`, when `heard` is the last number delivered here."""
        if client_id not in self.waiting:
            self._checks.complain(f"{self._who}: {client_id} acknowledged twice or never sent")
            return
        self.waiting.remove(client_id)
        if number > heard:
            self._checks.complain(f"{self._who}: {number} acknowledged, but not delivered before")


def compare(
    rooms: Mapping[int, int], stored: Mapping[int, tuple[int, int]], checks: Checks
) -> None:
    """Hold `rooms` (room: messages sent) against the database (room: how many, highest number)."""
    for room, count in rooms.items():
        if stored.get(room, (0, 0)) != (count, count):
            checks.complain(f"room {room}: {count} sent, stored {stored.get(room)}")
