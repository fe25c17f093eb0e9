"""Choosing a name."""

import httpx

from tests.support.person import PASSWORD, Person
from tests.support.server import Server


async def register(server: Server, username: str) -> httpx.Response:
    """POST /api/users."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=20) as client:
        body = {"username": username, "password": PASSWORD}
        return await client.post("/api/users", json=body)


async def show_as(person: Person, display_name: str) -> tuple[int, str]:
    """PATCH /api/profile; return status, and the code or the name that is kept."""
    answer = await person.http.patch("/api/profile", json={"display_name": display_name})
    return answer.status_code, answer.json().get("code") or answer.json()["display_name"]
