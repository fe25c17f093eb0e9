"""How long messages are kept, with numbers that are none, rules that are not theirs, clocks that go
wrong, and everybody at work while the messages go.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.second_factor import run_sql
from tests.support.server import Server
from tests.support.waiting import eventually

COUNT = 30


NO_DAYS: list[object] = [-1, 0, 3651, 2**63, 10**30, 1.5, "x", "", True, [30], {"d": 1}]


async def test_what_is_no_number_of_days_changes_nothing(person: MakePerson) -> None:
    owner = await person("owner")
    room = await owner.create_room()
    path = f"/api/rooms/{room}/retention"
    for days in NO_DAYS:
        answer = await owner.http.put(path, json={"days": days, "sure": True})
        assert answer.status_code in (400, 422), answer.text
        if days == "":
            continue  # In a form: for as long as everywhere.
        looked = await owner.http.get(path, params={"days": str(days)})
        assert looked.status_code in (400, 422), looked.text
        form = await owner.http.post(f"/rooms/{room}/retention", data={"days": str(days)})
        assert form.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert (await owner.http.get(path)).json()["days"] is None


async def said_long_ago(node: Server, owner: Person, room: int, days: int) -> None:
    """Two messages, the first of which is so old."""
    await owner.post(room, "old")
    await owner.post(room, "new")
    ago = str(datetime.now(UTC) - timedelta(days=days))
    sql = "UPDATE message SET created_at = ? WHERE room_id = ? AND number = 1"
    run_sql(node, sql, ago, room)


async def texts(owner: Person, room: int) -> list[str]:
    """What is there to be read."""
    return [each["message"] for each in await owner.messages(room)]


async def test_owners_keep_nothing_for_longer_than_the_server(server: StartServer) -> None:
    """And a clock that was wrong takes nothing away that is young, nor keeps it for ever."""
    node = await server()
    admin, owner = await Person.join(node, "admin"), await Person.join(node, "owner")
    room, ahead = await owner.create_room(), await owner.create_room()
    await said_long_ago(node, owner, room, 40)
    await said_long_ago(node, owner, ahead, -4_000)
    rule = f"/api/rooms/{room}/retention"
    assert (await owner.http.put(rule, json={"days": 3_650})).is_success
    answer = await owner.http.put("/api/admin/retention", json={"days": 30, "sure": True})
    assert answer.status_code == httpx.codes.FORBIDDEN
    answer = await admin.http.put("/api/admin/retention", json={"days": 30, "sure": True})
    assert answer.is_success

    async def is_gone() -> bool:
        return await texts(owner, room) == ["new"]

    await eventually(is_gone, "the end of the old message")
    for days in (3_650, None):
        assert (await owner.http.put(rule, json={"days": days, "sure": True})).is_success
        preview = (await owner.http.get(rule, params={"days": 3_650})).json()
        assert (preview["server_days"], preview["count"]) == (30, 0)
    assert await texts(owner, room) == ["new"]
    assert await texts(owner, ahead) == ["old", "new"]
    ago = str(datetime.now(UTC) - timedelta(days=31))
    run_sql(node, "UPDATE message SET created_at = ? WHERE room_id = ?", ago, ahead)
    answer = await owner.http.put(f"/api/rooms/{ahead}/retention", json={"days": 29})
    assert (answer.status_code, answer.json()["code"]) == (409, "retention_unconfirmed")
    for each in (admin, owner):
        await each.close()


async def work(person: Person, room: int, number: int) -> list[httpx.Response]:
    """Everything that is done to a message, at once."""
    base, http = f"/api/rooms/{room}", person.http
    message = f"{base}/messages/{number}"
    calls: list[Any] = [
        http.put(f"{message}/reactions/👍"),
        http.put(f"{base}/pins/{number}"),
        http.post(f"{base}/messages", json={"message": "a reply", "reply_to": number}),
        http.post(f"{base}/unread", json={"message_id": number}),
        http.post(f"{message}/report", json={"category": "spam"}),
        http.get(f"{message}/thread"),
        http.patch(message, json={"message": "edited"}),
        http.delete(message) if number % 3 == 0 else http.get(message),
    ]
    return list(await asyncio.gather(*calls))


async def test_what_is_done_meanwhile_leaves_nothing_behind(
    server: StartServer, sqlite_url: str
) -> None:
    node = await server(DATABASE_URL=sqlite_url)
    owner, eve = await Person.join(node, "owner"), await Person.join(node, "eve")
    room = await owner.create_room(eve)
    for number in range(COUNT):
        await eve.post(room, f"old {number}")
    run_sql(node, "UPDATE message SET created_at = ?", "2026-01-01 00:00:00+00:00")
    rule = owner.http.put(f"/api/rooms/{room}/retention", json={"days": 30, "sure": True})
    jobs = [work(who, room, n) for n in range(1, COUNT + 1) for who in (owner, eve)]
    answer, answers = await asyncio.gather(rule, asyncio.gather(*jobs))
    assert answer.status_code == httpx.codes.NO_CONTENT
    codes = {(each.status_code, code_of(each)) for some in answers for each in some}
    refusals = {
        *((410, "expired"), (410, "gone"), (403, "not_author"), (404, "not_found")),
        *((409, "too_many_pins"), (429, "rate_limited"), (422, "own_message")),
    }
    assert {each for each in codes if each[0] >= 400} <= refusals, codes

    async def is_gone() -> bool:
        sql = "SELECT count(*) FROM message WHERE room_id = ? AND number <= ?"
        return run_sql(node, sql, room, COUNT) == [(0,)]

    await eventually(is_gone, "the end of the rows")
    for table in ("reaction", "mention", "message_version", "activity"):
        left = f"SELECT count(*) FROM {table} WHERE room_id = ? AND number <= ?"  # noqa: S608 - ours
        assert run_sql(node, left, room, COUNT) == [(0,)], table
    found = await owner.room(room)
    assert found["floor"] == COUNT
    history = await owner.messages(room, limit=100)
    assert {each["message"] for each in history} <= {"a reply"}
    assert not any("old" in str(each.get("reply_to", {}).get("message")) for each in history)
    (mine,) = await owner.rooms()
    assert mine["unread_count"] <= len(history)
    changes = [each["change"] for each in (await owner.changes(room, limit=1000))["changes"]]
    assert changes == sorted(set(changes))
    for each in (owner, eve):
        await each.close()


def code_of(answer: httpx.Response) -> str:
    """The code of a refusal."""
    return str(answer.json().get("code", "")) if answer.content else ""
