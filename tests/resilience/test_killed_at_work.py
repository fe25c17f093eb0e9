"""The server is killed in the middle of what takes many steps: nothing is seen half-done, and the
next process brings it to its end.
"""

import asyncio
import contextlib
import io
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

from models.room_change import EXPIRED, LEFT, REMOVAL
from tests.accounts.test_exports import done
from tests.support.databases import SqliteDatabases
from tests.support.locks import locked
from tests.support.person import Person
from tests.support.second_factor import run_sql
from tests.support.server import Server, quart
from tests.support.waiting import eventually

LONG_AGO = "2026-01-01 00:00:00+00:00"
ROOMS, BEFORE = 5, 2


@pytest.fixture(scope="module")
async def node(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server that is killed and started again."""
    place = Path(tempfile.mkdtemp(dir=folder))
    server = Server(place, {"DATABASE_URL": sqlite.fresh(), "LOCALE": "en"})
    await server.start()
    yield server
    await server.stop()
    assert "Traceback" not in server.log(), server.log()


@pytest.fixture(scope="module", autouse=True)
async def admin(node: Server) -> AsyncIterator[Person]:
    """Who has come first."""
    async with await Person.join(node, "admin") as person:
        yield person


def url_of(node: Server) -> str:
    return str(node.settings["DATABASE_URL"])


def stop_at(node: Server, event: str, kept: str) -> None:
    """Let the database take no more of these changes while `kept` does not hold: the work comes so
    far and no further, however fast the machine is.
    """
    refused = "BEGIN SELECT RAISE(ABORT, 'stopped'); END"
    run_sql(node, f"CREATE TRIGGER stopped BEFORE {event} WHEN NOT ({kept}) {refused}")


def stop_telling(node: Server, rooms: list[int], kind: str) -> None:
    """The same of changes of this kind, when so many of these rooms have had it."""
    told = counting("room_change", rooms, kind)
    stop_at(node, "INSERT ON room_change", f"NEW.kind <> '{kind}' OR ({told}) < {BEFORE}")


async def kill_at(node: Server, wanted: int, sql: str) -> None:
    """Kill the server where it was stopped, which is where the statement counts so many. The next
    one comes when the hold of this one on its work is over.
    """
    await becomes(node, wanted, sql)
    await node.kill()
    assert run_sql(node, sql) == [(wanted,)]
    run_sql(node, "DROP TRIGGER stopped")
    run_sql(node, "UPDATE job SET lease_until = ? WHERE lease_until IS NOT NULL", LONG_AGO)


async def becomes(node: Server, wanted: int, sql: str) -> None:
    """Wait until the statement counts so many."""

    async def is_so() -> bool:
        return run_sql(node, sql) == [(wanted,)]

    await eventually(is_so, f"{wanted} of {sql}")


def counting(table: str, rooms: list[int], kind: str = "") -> str:
    """How many rows there are of these rooms."""
    asked = f" AND kind = '{kind}'" if kind else ""
    ids = ", ".join(map(str, rooms))
    return f"SELECT count(*) FROM {table} WHERE room_id IN ({ids}){asked}"  # noqa: S608 - our own


async def rooms_of(owner: Person, *others: Person) -> list[int]:
    """Rooms in which everybody says something twice."""
    rooms = [await owner.create_room(*others) for _ in range(ROOMS)]
    for room in rooms:
        for who in (owner, *others):
            await who.post(room, f"first of {who.username}")
            await who.post(room, f"second of {who.username}")
    return rooms


async def once(person: Person, room: int, kind: str) -> dict[str, Any]:
    """The frame of this type that the room's changes have, which is one."""
    (found,) = [frame for frame in (await person.changes(room))["changes"] if frame["type"] == kind]
    return dict(found)


async def test_a_deleted_account_is_deleted_to_the_end(node: Server) -> None:
    """Killed while it leaves its rooms, and again while its messages go."""
    anna, eve = await Person.join(node, "anna"), await Person.join(node, "eve")
    rooms = await rooms_of(anna, eve)
    for room in rooms:
        await eve.http.put(f"/api/rooms/{room}/messages/1/reactions/👍")
    stop_telling(node, rooms, LEFT)
    answer = await eve.http.post("/api/profile/delete", json={"messages": "delete"})
    assert answer.status_code == httpx.codes.NO_CONTENT
    await kill_at(node, BEFORE, counting("room_change", rooms, LEFT))
    stop_telling(node, rooms, REMOVAL)
    await node.start()
    await kill_at(node, BEFORE, counting("room_change", rooms, REMOVAL))
    await node.start()
    assert await eve.refused(rooms[0]) == httpx.codes.UNAUTHORIZED
    await becomes(node, ROOMS, counting("room_change", rooms, REMOVAL))
    for room in rooms:
        said = {m["message_id"]: m for m in await anna.messages(room)}
        assert [said[number]["message"] for number in (1, 2)] == [
            f"{which} of {anna.username}" for which in ("first", "second")
        ]
        assert "reactions" not in said[1]
        assert all(said[number]["is_deleted"] for number in (3, 4))
        assert [each["id"] for each in (await anna.room(room))["members"]] == [anna.id]
        assert (await once(anna, room, "messages_removed"))["ranges"] == [[3, 4]]
        assert (await once(anna, room, "member_left"))["user_id"] == eve.id
    for each in (anna, eve):
        await each.close()


async def test_what_has_expired_goes_to_the_end(node: Server, admin: Person) -> None:
    """Killed while rooms are told, and again while rows are deleted: none is seen meanwhile."""
    owner = await Person.join(node, "owner")
    rooms = await rooms_of(owner)
    run_sql(node, "UPDATE message SET created_at = ?", LONG_AGO)
    stop_telling(node, rooms, EXPIRED)
    rule = {"days": 100, "sure": True}
    answer = await admin.http.put("/api/admin/retention", json=rule)
    assert answer.status_code == httpx.codes.NO_CONTENT
    await kill_at(node, BEFORE, counting("room_change", rooms, EXPIRED))
    rows = counting("message", rooms)
    stop_at(node, "DELETE ON message", f"({rows}) > {2 * BEFORE}")
    await node.start()
    await kill_at(node, 2 * BEFORE, rows)
    await node.start()
    for room in rooms:
        assert await owner.messages(room) == []
        assert (await owner.room(room))["floor"] == 2
    await becomes(node, 0, rows)
    for room in rooms:
        assert (await once(owner, room, "expired"))["upto"] == 2
        assert (await owner.post(room, "after it"))["message_id"] == 3
    await owner.close()


@pytest.mark.parametrize("kind", ["own", "room"])
async def test_an_export_is_made_by_the_next(node: Server, tmp_path: Path, kind: str) -> None:
    """Killed while it is made."""
    owner = await Person.join(node, "owner")
    room = await owner.create_room()
    for number in range(30):
        await owner.post(room, f"message {number}")
    stop_at(node, "UPDATE ON job", "NEW.state <> 'done'")
    path = {"own": "/api/export", "room": f"/api/rooms/{room}/export"}[kind]
    job = (await owner.http.post(path)).json()["id"]
    # The file of the killed process is nobody's, and is made anew.
    await kill_at(node, 1, f"SELECT count(*) FROM job WHERE id = {job} AND tries > 0")  # noqa: S608
    await node.start()
    url = (await done(owner, job))["url"]
    saved = (await owner.http.get(url)).content
    if kind == "room":
        (tmp_path / "room.zip").write_bytes(saved)
        status, output = await quart("verify-export room.zip", tmp_path, {})
        assert status == 0, output
    lines = ZipFile(io.BytesIO(saved)).read("messages.jsonl").splitlines()
    assert len(lines) == {"own": 30, "room": 1 + 30 + 1}[kind]
    assert all(f'"message {number}"'.encode() in b"".join(lines) for number in range(30))
    await owner.close()


async def test_all_messages_of_one_person_go_everywhere(node: Server, admin: Person) -> None:
    """Killed when two rooms are done: the next process does the others, each once, and tells the
    author of all of it.
    """
    owner, eve = await Person.join(node, "owner"), await Person.join(node, "eve")
    rooms = await rooms_of(owner, eve)
    stop_telling(node, rooms, REMOVAL)
    path = f"/api/admin/people/{eve.id}/messages/remove"
    asked = asyncio.create_task(admin.http.post(path, json={"reason": "noise"}))
    await kill_at(node, BEFORE, counting("room_change", rooms, REMOVAL))
    with contextlib.suppress(httpx.TransportError):
        assert not (await asked).is_success
    await node.start()
    await becomes(node, ROOMS, counting("room_change", rooms, REMOVAL))
    await becomes(node, 1, f"SELECT count(*) FROM moderation_notice WHERE user_id = {eve.id}")  # noqa: S608
    for room in rooms:
        said = [each["message"] for each in await owner.messages(room) if "is_deleted" not in each]
        assert said == [f"{which} of {owner.username}" for which in ("first", "second")]
        assert (await once(owner, room, "messages_removed"))["ranges"] == [[3, 4]]
    (notice,) = (await eve.http.get("/api/notices")).json()["notices"]
    assert (notice["count"], notice["reason"]) == (2 * ROOMS, "noise")
    for each in (owner, eve):
        await each.close()


async def test_all_messages_of_one_person_go_or_none(node: Server) -> None:
    """Killed before it is stored, and right after it was answered."""
    owner, eve = await Person.join(node, "owner"), await Person.join(node, "eve")
    room = await owner.create_room(eve)
    for number in range(40):
        await eve.post(room, f"message {number}")
    path = f"/api/rooms/{room}/members/{eve.id}/messages/remove"
    with locked(url_of(node)):
        asked = asyncio.create_task(owner.http.post(path, json={"reason": "noise"}))
        # Once these are answered the server has read it, and waits for the lock.
        for _ in range(5):
            await eve.http.get("/api/session")
        await node.kill()
        with contextlib.suppress(httpx.TransportError):
            assert not (await asked).is_success
    await node.start()
    said = await owner.messages(room, limit=100)
    assert [each["message"] for each in said] == [f"message {number}" for number in range(40)]
    answer = await owner.http.post(path, json={"reason": "noise"})
    await node.kill()
    assert answer.json() == {"count": 40}
    await node.start()
    assert all(each["is_deleted"] for each in await eve.messages(room, limit=100))
    assert (await once(eve, room, "messages_removed"))["ranges"] == [[1, 40]]
    (notice,) = (await eve.http.get("/api/notices")).json()["notices"]
    assert (notice["what"], notice["count"], notice["reason"]) == ("messages_removed", 40, "noise")
    for each in (owner, eve):
        await each.close()
