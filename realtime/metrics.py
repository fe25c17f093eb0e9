"""What happened how often on this process: counters and gauges, by name.

Counting costs a dictionary update. Names are stable; `<subject>_<what>[:<reason>]`.
"""

from collections import Counter
from collections.abc import Callable


class Metrics:
    """Counters only rise; gauges are asked for when somebody looks."""

    def __init__(self) -> None:
        self.counters: Counter[str] = Counter()
        self.gauges: dict[str, Callable[[], float]] = {}

    def count(self, name: str, by: int = 1) -> None:
        self.counters[name] += by

    def gauge(self, name: str, read: Callable[[], float]) -> None:
        self.gauges[name] = read

    def snapshot(self) -> dict[str, float]:
        """All of them as they are now."""
        return {**self.counters, **{name: read() for name, read in self.gauges.items()}}
