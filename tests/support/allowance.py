"""What a limit may let pass, on a machine of any speed."""

import time


class Allowance:
    """Counts from the moment on that it is made: before the first try."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def most(self, burst: int, interval: float) -> float:
        """`burst` at once, and one each `interval` seconds since."""
        return burst + (time.monotonic() - self._began) / interval
