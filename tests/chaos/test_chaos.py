"""The short run. The long one: make chaos SECONDS=600."""

import secrets
from pathlib import Path

from tests.chaos.run import run

SECONDS = 20.0


async def test_nothing_is_lost_or_doubled(folder: Path, postgres_url: str) -> None:
    """Servers and Valkey are killed, networks cut, and nobody misses or repeats a word."""
    seed = secrets.randbelow(10**6)
    verdict = await run(folder, postgres_url, seed=seed, seconds=SECONDS)
    report = "\n".join(verdict.lines())
    assert verdict.is_good, f"python -m tests.chaos --seconds {SECONDS:g} --seed {seed}\n{report}"
    assert verdict.counts["messages acknowledged"] > 200, report
    assert verdict.counts["reconnects"] > 20, report
