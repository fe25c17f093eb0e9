"""What a name costs that is none, sent by anybody."""

import time
import unicodedata

import httpx
import pytest

from tests.support.person import PASSWORD
from tests.support.process import workers
from tests.support.server import Server

# Marks in the wrong order, as many as a body holds. Sorting them took 0.8 seconds, each time.
MARKS = "a" + "\u0300\u0316" * 15_000


def sorting() -> float:
    """Return the CPU time that sorting them takes on this machine."""
    began = time.process_time()
    unicodedata.normalize("NFKC", MARKS)
    return time.process_time() - began


def spent(server: Server) -> float:
    """Return the CPU time of the server so far."""
    times = [worker.cpu_times() for worker in workers(server)]
    return float(sum(each.user + each.system for each in times))


@pytest.mark.parametrize("path", ["/api/session", "/api/users"])
async def test_long_names_of_marks_cost_little(shared_server: Server, path: str) -> None:
    async def cost(name: str) -> float:
        before = spent(shared_server)
        async with httpx.AsyncClient(base_url=shared_server.url, trust_env=False) as client:
            body = {"username": name, "password": PASSWORD}
            encoded = httpx.Response(200, json=body).content
            assert len(encoded) < 65_536
            headers = {"content-type": "application/json"}
            answer = await client.post(path, content=encoded, headers=headers)
        assert 400 <= answer.status_code < 500
        return spent(shared_server) - before

    usual = await cost("a" * 30_000)
    assert await cost(MARKS) < usual + sorting() / 2
