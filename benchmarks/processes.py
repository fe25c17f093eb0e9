"""What a process and its descendants have used, as the kernel counts it."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]

TICKS = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> Iterator[int]:
    """The process and all that it has started."""
    root = psutil.Process(pid)
    yield pid
    for child in root.children(recursive=True):
        yield child.pid


def cpu_seconds(pid: int) -> float:
    """User and system time of the tree so far, of its threads and its dead children too."""
    return sum(_cpu(one) for one in tree(pid))


def memory_bytes(pid: int) -> int:
    """Resident memory of the tree; what processes share is counted once (PSS)."""
    return sum(_pss(one) for one in tree(pid))


def _cpu(pid: int) -> float:
    # The name in brackets may itself have brackets and spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / TICKS


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
