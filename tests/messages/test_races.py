"""What may happen between two steps of ours: a removal, a cancellation, a slow sender."""

import asyncio
import gc
import json

import pytest
from websockets.exceptions import InvalidStatus

from models import Refusal
from models.database import shielded
from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.raw import Raw
from tests.support.server import Server
from tests.support.waiting import DEADLINE, deadline, eventually


async def begin(server: Server, person: Person | None, path: str, body: bytes) -> Raw:
    """Send a POST but for the last byte of its body."""
    connection = await Raw.open(server)
    cookie = f"Cookie: {person.cookie}\r\n" if person else ""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{cookie}"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.writer.write(head.encode() + body[:-1])
    await connection.writer.drain()
    return connection


async def finish(connection: Raw, body: bytes) -> int:
    """Send the last byte; return the status."""
    connection.writer.write(body[-1:])
    async with deadline(DEADLINE, "the answer"):
        return int((await connection.reader.readline()).split()[1])


async def test_removed_while_asking_to_let_somebody_in(
    shared_server: Server, person: MakePerson
) -> None:
    alice, bob = await person("alice"), await person("bob")
    room = await alice.create_room(bob)
    body = json.dumps({"username": bob.username}).encode()
    waiting = await begin(shared_server, bob, f"/api/rooms/{room}/members", body)
    assert (await bob.http.get(f"/api/rooms/{room}")).status_code == 200, "he is in it so far"
    await alice.remove_member(room, bob.id)
    assert await finish(waiting, body) == 403
    assert (await bob.http.get(f"/api/rooms/{room}")).status_code == 403
    waiting.abort()


async def test_slow_login_keeps_nobody_waiting(server: StartServer, person: MakePerson) -> None:
    node = await server(RATE_LIMITS="on")
    slow = await begin(node, None, "/api/session", b'{"username": "x", "password": "y"}')
    async with deadline(DEADLINE, "a login beside the slow one"):
        await person("alice", on=node)
    slow.abort()


async def test_refusal_that_nobody_waits_for_is_no_failure() -> None:
    """Another exception is, and is reported by the loop."""
    reported: list[BaseException] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reported.append(context["exception"]))

    @shielded
    async def action(error: Exception) -> None:
        await asyncio.sleep(0)
        raise error

    try:
        for error in (Refusal("not_found"), ValueError("a failure")):
            asker = asyncio.create_task(action(error))
            await asyncio.sleep(0)
            asker.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asker

        async def is_reported() -> bool:
            gc.collect()
            return [type(each) for each in reported] == [ValueError]

        await eventually(is_reported, "the report of a failure alone")
    finally:
        loop.set_exception_handler(None)
    with pytest.raises(Refusal, match="not_found"):
        await action(Refusal("not_found"))


async def test_action_is_finished_when_its_asker_is_gone() -> None:
    stored, told = asyncio.Event(), asyncio.Event()

    @shielded
    async def action() -> None:
        stored.set()
        await asyncio.sleep(0)
        told.set()

    asker = asyncio.create_task(action())
    await stored.wait()
    asker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asker
    async with deadline(DEADLINE, "the second step"):
        await told.wait()


async def test_places_are_counted_and_given_back(server: StartServer, person: MakePerson) -> None:
    node = await server(MAX_CONNECTIONS="2")
    alice = await person("alice", on=node)
    room = await alice.create_room()
    first = await alice.connect(room)
    await (await alice.connect(room)).expect("ready")
    assert await alice.refused(room) == 503
    await first.expect("ready")
    await first.close()

    async def connected() -> bool:
        try:
            await alice.connect(room)
        except InvalidStatus:
            return False
        return True

    await eventually(connected, "a place")


async def test_name_that_grows_when_it_is_normalised(person: MakePerson) -> None:
    """One of these letters is eighteen others."""
    alice = await person("alice")
    name = "\ufdfa" * 9
    body = {"username": name, "password": "long enough"}
    assert (await alice.http.post("/api/users", json=body)).json()["code"] == "bad_username"
    assert (await alice.http.post("/api/session", json=body)).status_code == 401
    room = await alice.create_room()
    answer = await alice.http.post(f"/api/rooms/{room}/members", json={"username": name})
    assert answer.json()["code"] == "unknown_user"
