"""GET /metrics as Prometheus asks for it, and what it finds there."""

from collections.abc import Mapping

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.support.server import Server
from tests.support.waiting import eventually

TOKEN = "a-token-of-sixteen-characters-or-more"
ALLOWED = {"Authorization": f"Bearer {TOKEN}"}

Values = Mapping[tuple[str, str], float]


async def scraped(server: Server) -> str:
    """Ask as Prometheus does."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=20) as client:
        answer = await client.get("/metrics", headers=ALLOWED)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return answer.text


def values(text: str) -> dict[tuple[str, str], float]:
    """Sum up the samples over all processes, by name and by their one other label, if any."""
    found: dict[tuple[str, str], float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            others = [value for name, value in sample.labels.items() if name != "process"]
            key = sample.name, ",".join(others)
            found[key] = found.get(key, 0) + sample.value
    return found


async def shows(server: Server, expected: Values) -> None:
    """Wait until the metrics have these values."""

    async def has() -> bool:
        found = values(await scraped(server))
        return all(found.get(key) == value for key, value in expected.items())

    await eventually(has, f"{expected}")
