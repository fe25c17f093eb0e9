"""PLAIN_ASGI=on: everything that people do, by nothing but ASGI, under Hypercorn and uvicorn."""

import json
from pathlib import Path

import pytest

from tests.deployment.conftest import plain_server
from tests.support.factories import MakePerson, OpenTab
from tests.support.frames import barrier, check
from tests.support.guest import Guest
from tests.support.person import PASSWORD, Person, unique
from tests.support.server import ROOT, Server, run_python
from tests.support.talk import talk
from tests.support.waiting import eventually


async def _replaced(folder: Path, database_url: str, plain_asgi: str) -> list[str]:
    status, output = await run_python(
        "-m",
        "tests.support.replaced",
        cwd=folder,
        settings={"DATABASE_URL": database_url, "PLAIN_ASGI": plain_asgi},
    )
    assert status == 0, output
    found: list[str] = json.loads(output.splitlines()[-1])
    return found


async def test_nothing_of_hypercorn_and_quart_is_replaced(tmp_path: Path, sqlite_url: str) -> None:
    usual = await _replaced(tmp_path, sqlite_url, "off")
    expected = {
        *("hypercorn.asyncio.run.TCPServer", "hypercorn.asyncio.run.WorkerContext"),
        *("hypercorn.protocol.H11Protocol", "hypercorn.protocol.H2Protocol"),
        *("hypercorn.protocol.h11.HTTPStream", "hypercorn.protocol.h11.WSStream"),
        *("hypercorn.protocol.h2.HTTPStream", "hypercorn.protocol.h2.WSStream"),
        *("quart.Quart.asgi_http_class", "quart.Quart.asgi_websocket_class"),
        "hypercorn.protocol.h2.StreamBuffer",
    }
    assert set(usual) == expected, "the list in docs/server.md has each of them"
    assert await _replaced(tmp_path, sqlite_url, "on") == []


async def test_every_replaced_class_is_documented(tmp_path: Path, sqlite_url: str) -> None:
    text = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
    names = await _replaced(tmp_path, sqlite_url, "off")
    assert names
    assert [name for name in names if f"`{name}`" not in text] == []


@pytest.mark.parametrize("plain", ["hypercorn"], indirect=True)
async def test_the_server_that_serves_is_hypercorns_own(plain: Server, person: MakePerson) -> None:
    """It accepts compression, which Beseda's never does."""
    for node, is_accepted in ((plain, True), (None, False)):
        alice = await person("alice", on=node)
        chat = await alice.connect(await alice.create_room())
        assert chat.socket.response is not None
        assert ("Sec-WebSocket-Extensions" in chat.socket.response.headers) == is_accepted


async def test_another_server_needs_no_switch(
    folder: Path, sqlite_url: str, person: MakePerson
) -> None:
    """What replaces parts of Hypercorn finds none at work."""
    node = plain_server("uvicorn", folder, sqlite_url, switch="off")
    await node.start()
    two = await talk(person, on=node)
    await two.a.say("hello")
    await two.b.expect("chat_message", message="hello")
    await node.stop()
    assert "Traceback" not in node.log(), node.log()


async def test_pages_and_their_login(plain: Server, person: MakePerson) -> None:
    alice = await person("alice", on=plain)
    form = {"username": alice.username, "password": PASSWORD}
    async with Person(plain) as visitor:
        page = await visitor.http.get("/login")
        assert (page.status_code, "<form" in page.text) == (200, True)
        entered = await visitor.http.post("/login", data=form, headers={"Origin": plain.url})
        assert entered.status_code == 303
        rooms = await visitor.http.get(entered.headers["location"], follow_redirects=True)
        assert (rooms.status_code, alice.username in rooms.text) == (200, True)


async def test_browser(plain: Server, tab: OpenTab) -> None:
    """Forms, cookie, scripts and both sockets; each hears what the other one says."""
    anna, boris = Guest(await tab(plain)), Guest(await tab(plain))
    names = unique("anna"), unique("boris")
    await anna.register(names[0])
    await boris.register(names[1])
    room_id = await anna.make_room("Kitchen", names[1])
    await boris.enter(room_id)
    for guest in (anna, boris):
        await guest.online()
        await guest.say(f"by plain ASGI {guest is anna}")
    for guest in (anna, boris):
        await guest.sees("by plain ASGI True")
        await guest.sees("by plain ASGI False")


async def test_two_people_talk(plain: Server, person: MakePerson) -> None:
    two = await talk(person, on=plain)
    sent = await two.a.say("hello")
    heard = await two.b.expect("chat_message", message="hello")
    assert check(heard)["message_id"] == check(sent)["message_id"]
    await two.b.send({"type": "typing", "is_typing": True})
    await two.a.expect("typing_indicator", user_id=two.bob.id, is_typing=True)
    await two.b.send({"type": "mark_read", "message_id": sent["message_id"]})
    await two.b.expect("messages_marked_read", message_id=sent["message_id"])
    await two.a.expect("messages_read", user_id=two.bob.id)
    two.b.vanish()
    await two.a.expect("user_status", user_id=two.bob.id, is_online=False)


async def test_frames_that_are_no_text(plain: Server, person: MakePerson) -> None:
    """Each is answered, and nothing else happens: an empty one is where servers differ."""
    two = await talk(person, on=plain)
    for data in (b"", b"\x00\xff", ""):
        await two.a.send_raw(data)
        await two.a.expect("error", code="bad_frame")
    await two.a.say("still here")


async def test_resuming(plain: Server, person: MakePerson) -> None:
    """All that was missed, in order and once, then the live stream."""
    two = await talk(person, on=plain)
    first = await two.a.say("before")
    await two.b.close()
    for number in range(300):
        await two.a.send({"type": "chat_message", "message": f"missed {number}"})
    while len(two.a.of("message_sent")) < 301:
        await two.a.next()
    back = await two.bob.connect(two.room, after=first["message_id"])
    await back.expect("ready", revision=301)
    last = await two.a.say("after")
    await back.expect("chat_message", message="after")
    numbers = [frame["message_id"] for frame in back.of("chat_message")]
    assert numbers == list(range(2, last["message_id"] + 1))


async def test_lobby(plain: Server, person: MakePerson) -> None:
    alice, bob = await person("alice", on=plain), await person("bob", on=plain)
    lobby = await bob.lobby()
    room = await alice.create_room(bob)
    await lobby.expect("room_joined")
    await alice.post(room, "hello")
    await lobby.expect("room_activity", room_id=room)
    await lobby.send({"type": "ping"})
    await lobby.expect("pong")


async def test_refusals_before_the_handshake(plain: Server, person: MakePerson) -> None:
    alice, bob = await person("alice", on=plain), await person("bob", on=plain)
    room = await alice.create_room()
    async with Person(plain) as nobody:
        assert await nobody.refused(room) == 401
    assert await bob.refused(room) == 403
    assert await alice.refused(room, origin="https://evil.example") == 403
    with_letters: int = "x"  # type: ignore[assignment]
    assert await alice.refused(room, after=with_letters) == 400
    await (await alice.connect(room)).expect("ready")


async def test_close_codes(plain: Server, person: MakePerson) -> None:
    alice, bob, carol = [await person(name, on=plain) for name in ("alice", "bob", "carol")]
    room = await alice.create_room(bob, carol)
    bobs, carols, alices = [await each.connect(room) for each in (bob, carol, alice)]
    lobby = await carol.lobby()
    await alice.remove_member(room, bob.id)
    assert await bobs.closed() == 4403
    await carol.logout()
    assert (await carols.closed(), await lobby.closed()) == (4401, 4401)
    assert (await alice.http.delete(f"/api/rooms/{room}")).status_code == 204
    assert await alices.closed() == 4404


async def test_message_that_is_too_large(plain: Server, person: MakePerson) -> None:
    two = await talk(person, on=plain)
    await two.b.send({"type": "chat_message", "message": "x" * 70_000})
    assert await two.b.closed() == 1009
    await two.a.expect("user_status", user_id=two.bob.id, is_online=False)


async def test_end_of_the_process(plain_of_its_own: Server, person: MakePerson) -> None:
    """It may tell nobody before, and is quick or takes graceful_timeout; but the code says to come
    back, and what was acknowledged is there.
    """
    node = plain_of_its_own
    node.may_log_tracebacks = True
    two = await talk(person, on=node)
    sent = await two.a.say("the last words")
    await node.stop()
    assert {await two.a.closed(), await two.b.closed()} < {1006, 1011, 1012}
    await node.start()
    back = await two.bob.connect(two.room, after=0)
    again = await back.expect("chat_message", message="the last words")
    assert again["message_id"] == sent["message_id"]
    await barrier(back)


async def test_place_of_whoever_has_left_is_free(plain: Server, person: MakePerson) -> None:
    """Also where it was the network that went."""
    two = await talk(person, on=plain)
    for _ in range(3):
        chat = await two.bob.connect(two.room)
        await chat.expect("ready")
        chat.vanish()
    two.b.vanish()

    async def nobody() -> bool:
        return not any(
            member["is_online"]
            for member in (await two.alice.room(two.room))["members"]
            if member["id"] == two.bob.id
        )

    await eventually(nobody, "bob to be gone")
