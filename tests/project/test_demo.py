"""`quart --app app demo`: fills an empty database, once, and keeps its hands off any other."""

import re

import pytest

from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.server import Server, quart


@pytest.fixture
async def node(server: StartServer, database_url: str) -> Server:
    """A server beside which the demo is made, on each kind of database."""
    return await server(DATABASE_URL=database_url)


async def demo(node: Server) -> tuple[int, str]:
    """Run the command on the server's database; (exit status, output)."""
    return await quart("demo", node.folder, node.settings)


async def test_demo_can_be_clicked_through(node: Server) -> None:
    status, output = await demo(node)
    assert status == 0, output
    async with Person(node) as anna:
        await anna.login("anna", output.rpartition(" ")[2].strip().rstrip("."))
        rooms = await anna.rooms()
        assert len(rooms) >= 5
        assert {room["kind"] for room in rooms} == {"room", "direct"}
        assert {room["unread_count"] > 0 for room in rooms} == {True, False}
        for room in rooms:
            page = await anna.http.get(f"/rooms/{room['id']}/")
            assert page.status_code == 200
            assert f'data-message-id="{room["revision"]}"' in page.text
            # What is said next is the next change as well.
            assert re.search(rf'"change": ?{room["revision"]}\b', page.text)
            history = await anna.messages(room["id"], limit=100)
            assert len(history) >= (30 if room["kind"] == "room" else 5)
            assert [frame["message_id"] for frame in history] == list(
                range(room["revision"] - len(history) + 1, room["revision"] + 1)
            )
            times = [frame["timestamp"] for frame in history]
            assert times == sorted(times)
        # Life goes on from there.
        chat = await anna.connect(rooms[0]["id"])
        sent = await chat.say("Hello, demo!")
        assert sent["message_id"] == rooms[0]["revision"] + 1
        for room in rooms:
            if partner := room.get("partner"):
                answer = await anna.http.post("/api/direct", json=partner)
                assert answer.json()["id"] == room["id"]


async def test_demo_twice_is_the_demo_once(node: Server) -> None:
    assert (await demo(node))[0] == 0
    status, output = await demo(node)
    assert status == 0
    assert "already" in output
    async with Person(node) as anna:
        await anna.login("anna", output.rpartition(" ")[2].strip().rstrip("."))
        assert len({room["name"] for room in await anna.rooms()}) == len(await anna.rooms())


async def test_demo_leaves_a_database_with_people_alone(node: Server, person: MakePerson) -> None:
    anna = await person("anna", on=node)
    await anna.create_room()
    status, output = await demo(node)
    assert status != 0
    assert "empty" in output
    assert "Traceback" not in output
    assert len(await anna.rooms()) == 1
    async with Person(node) as stranger:
        answer = await stranger.http.post(
            "/api/session", json={"username": "anna", "password": "beseda-demo"}
        )
        assert answer.status_code == 401
