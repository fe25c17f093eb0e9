"""What Prometheus costs that asks for /metrics, with nobody connected and with many."""

import asyncio
import re

from benchmarks.checks import Violation
from benchmarks.http import browser
from benchmarks.people import layout
from benchmarks.stage import Stage, Theatre

CONNECTIONS = 10_000
SCRAPES = 20
TOKEN = "the-benchmarks-token-for-metrics"  # noqa: S105 - for one run
SETTLE_SECONDS = 1.0


async def scrape(theatre: Theatre) -> None:
    """Ask while nobody is there, and while everybody is, quiet."""
    count = theatre.times(CONNECTIONS, least=20)
    async with theatre.stage(layout(count // 2, 2), METRICS_TOKEN=TOKEN) as stage:
        await _measure(theatre, stage, "nobody", 0)
        async with stage.crowd() as crowd:
            await crowd.come(stage.places)
            await asyncio.sleep(SETTLE_SECONDS)
            await _measure(theatre, stage, "everybody", len(crowd.members))
        theatre.note("scrape: connections", count)


async def _measure(theatre: Theatre, stage: Stage, who: str, connected: int) -> None:
    async with browser(stage.servers[0].port, "", token=TOKEN) as prometheus:
        shown = await prometheus.get("/metrics")
        if not re.search(rb'_connections{kind="room",.*} %d.0' % connected, shown):
            raise Violation(f"/metrics does not show {connected} connections")
        for _ in range(theatre.repeat):
            with stage.meter() as meter:
                for _ in range(SCRAPES):
                    await prometheus.get("/metrics")
            theatre.note(f"scrape, {who}: ms of CPU", 1e3 * meter.cpu / SCRAPES)
            theatre.note(f"scrape, {who}: ms waited", 1e3 * meter.wall / SCRAPES)
