"""Front ends of other origins: ALLOWED_ORIGINS, with credentials."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.databases import SqliteDatabases
from tests.support.factories import MakePerson
from tests.support.nodes import running
from tests.support.server import Server

FRIEND = "https://chat.example.org"
FOREIGN = "https://evil.example"


@pytest.fixture(scope="module")
async def open_to_friend(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server that lets one other origin in, and a second."""
    origins = f"{FRIEND}, http://localhost:5173"
    async with running(folder, DATABASE_URL=sqlite.fresh(), ALLOWED_ORIGINS=origins) as server:
        yield server


async def test_preflight_of_a_friend(open_to_friend: Server, person: MakePerson) -> None:
    alice = await person("alice", on=open_to_friend)
    for method in ("POST", "DELETE"):
        answer = await alice.http.options(
            "/api/session",
            headers={
                "Origin": FRIEND,
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "content-type",
            },
        )
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == FRIEND
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert method in answer.headers["access-control-allow-methods"]
        assert "content-type" in answer.headers["access-control-allow-headers"].lower()


async def test_friend_may_read_and_write(open_to_friend: Server, person: MakePerson) -> None:
    alice = await person("alice", on=open_to_friend)
    for origin in (FRIEND, "http://localhost:5173"):
        made = await alice.http.post("/api/rooms", json={"name": "x"}, headers={"Origin": origin})
        assert made.status_code == 201
        assert made.headers["access-control-allow-origin"] == origin
        assert made.headers["access-control-allow-credentials"] == "true"
        assert "origin" in made.headers["vary"].lower()
        chat = await alice.connect(made.json()["id"], origin=origin)
        assert (await chat.next())["type"] == "ready"


async def test_friend_can_read_errors_too(open_to_friend: Server, person: MakePerson) -> None:
    alice = await person("alice", on=open_to_friend)
    answers = [
        await alice.http.post("/api/rooms", content=b"{", headers={"Origin": FRIEND}),
        await alice.http.get("/api/nothing", headers={"Origin": FRIEND}),
        await alice.http.get("/api/rooms/999999", headers={"Origin": FRIEND}),
    ]
    await alice.logout()
    answers.append(await alice.http.get("/api/session", headers={"Origin": FRIEND}))
    assert [answer.status_code for answer in answers] == [400, 404, 403, 401]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == FRIEND


@pytest.mark.parametrize("origin", [FOREIGN, "https://chat.example.org.evil.example", "null"])
async def test_others_may_not(open_to_friend: Server, person: MakePerson, origin: str) -> None:
    alice = await person("alice", on=open_to_friend)
    room = await alice.create_room()
    headers = {"Origin": origin}
    asked = await alice.http.options(
        "/api/rooms", headers={**headers, "Access-Control-Request-Method": "POST"}
    )
    read = await alice.http.get("/api/rooms", headers=headers)
    for answer in (asked, read):
        assert "access-control-allow-origin" not in answer.headers
    written = await alice.http.post("/api/rooms", json={"name": "x"}, headers=headers)
    assert (written.status_code, written.json()["code"]) == (403, "foreign_origin")
    assert await alice.refused(room, origin=origin) == 403


async def test_nobody_is_let_in_by_default(person: MakePerson) -> None:
    alice = await person("alice")
    answer = await alice.http.get("/api/rooms", headers={"Origin": FRIEND})
    assert "access-control-allow-origin" not in answer.headers
    written = await alice.http.post("/api/rooms", json={"name": "x"}, headers={"Origin": FRIEND})
    assert written.status_code == 403
