"""What is asked of a transport, and what stands in its place after the close frame."""

from typing import Protocol


class Transport(Protocol):
    """As much of asyncio.WriteTransport as frames are handed to."""

    def get_write_buffer_size(self) -> int: ...
    def is_closing(self) -> bool: ...
    def write(self, data: bytes) -> None: ...


class ClosedTransport:
    """Takes everything and sends nothing: whoever writes needs no other question."""

    def get_write_buffer_size(self) -> int:
        """Nothing waits here."""
        return 0

    def is_closing(self) -> bool:
        """It is closed."""
        return True

    def write(self, data: bytes) -> None:
        """Send nothing."""


CLOSED = ClosedTransport()
