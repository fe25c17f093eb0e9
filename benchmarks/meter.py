"""How long something took, and how much of a processor: the servers', our own, and apart."""

import time
from dataclasses import dataclass, field
from typing import Self

from benchmarks.processes import cpu_seconds, memory_bytes


@dataclass
class Meter:
    """What passed between the ends of a `with` block, in seconds: `wall` by the clock, `cpu` of the
    servers' processors, `own` of the generator's, `apart_cpu` of other processes'. `grown` is the
    servers' memory in bytes.
    """

    pids: list[int]
    apart: list[int] = field(default_factory=list)
    wall: float = 0.0
    cpu: float = 0.0
    apart_cpu: float = 0.0
    own: float = 0.0
    grown: int = 0

    def __enter__(self) -> Self:
        self.grown = -self._memory()
        self._add(-1)
        return self

    def __exit__(self, *_: object) -> None:
        self._add(1)
        self.grown += self._memory()

    def _add(self, sign: int) -> None:
        # Each meter is read in its turn, so that reading costs none of them anything twice.
        self.cpu += sign * sum(cpu_seconds(pid) for pid in self.pids)
        self.apart_cpu += sign * sum(cpu_seconds(pid) for pid in self.apart)
        self.own += sign * time.process_time()
        self.wall += sign * time.perf_counter()

    def _memory(self) -> int:
        return sum(memory_bytes(pid) for pid in self.pids)
