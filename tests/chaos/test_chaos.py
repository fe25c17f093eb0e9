"""The short run. The long one: make chaos SECONDS=600."""

import secrets
from pathlib import Path

from tests.chaos.commands import NAMES
from tests.chaos.run import run

SECONDS = 20.0
# On a busy machine servers take seconds to start, and people have to meet somebody there.
GAP = 2.5


async def test_nothing_is_lost_or_doubled(folder: Path, postgres_url: str) -> None:
    """Servers and Valkey are killed, networks cut, and nobody misses or repeats a word."""
    seed = secrets.randbelow(10**6)
    verdict = await run(folder, postgres_url, seed=seed, seconds=SECONDS, gap=GAP)
    report = "\n".join(verdict.lines())
    command = f"python -m tests.chaos --seconds {SECONDS:g} --gap {GAP:g} --seed {seed}"
    assert verdict.is_good, f"{command}\n{report}"
    # It was no idle run; how much happens depends on the machine.
    assert verdict.counts["messages acknowledged"] > 50, report
    assert verdict.counts["reconnects"] > 10, report
    assert verdict.counts["actions done"] > 5, report
    for kind in NAMES:
        assert verdict.counts[f"acknowledged {kind}"] > 0, report
    for kind in ("messages expired", "accounts deleted", "banned"):
        assert verdict.counts[kind] > 0, report
