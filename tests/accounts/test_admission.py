"""Who may open a socket: refusals are HTTP answers before accept; and how the server closes."""

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.support.factories import MakePerson, StartServer
from tests.support.frames import barrier
from tests.support.person import Person
from tests.support.server import Server
from tests.support.talk import talk


@pytest.mark.parametrize("slash", [True, False])
async def test_path_with_and_without_the_last_slash(person: MakePerson, slash: bool) -> None:
    alice = await person("alice")
    chat = await alice.connect(await alice.create_room(), slash=slash)
    assert (await chat.next())["type"] == "ready"


async def test_no_valid_login_is_401(person: MakePerson, shared_server: Server) -> None:
    alice = await person("alice")
    room = await alice.create_room()
    await (await alice.connect(room)).expect("ready")
    cookie = alice.cookie
    nobody = Person(shared_server)
    assert await nobody.refused(room) == 401
    for forged in ("nonsense", cookie.partition("=")[2][:-3] + "abc"):
        nobody.http.cookies.set("beseda", forged)
        assert await nobody.refused(room) == 401
    await alice.logout()
    nobody.http.cookies.clear()
    nobody.http.cookies.set("beseda", cookie.partition("=")[2])
    assert await nobody.refused(room) == 401
    await nobody.close()


@pytest.mark.parametrize("room", [0, 999_999, 2**53, 2**63, 10**30])
async def test_unknown_room_is_403(person: MakePerson, room: int) -> None:
    alice = await person("alice")
    assert await alice.refused(room) == 403


async def test_room_of_others_is_403_until_one_is_let_in(person: MakePerson) -> None:
    alice, eve = await person("alice"), await person("eve")
    room = await alice.create_room()
    assert await eve.refused(room) == 403
    await alice.add_member(room, eve)
    assert (await (await eve.connect(room)).next())["type"] == "ready"


async def test_refusal_has_the_shape_of_every_error(person: MakePerson) -> None:
    eve = await person("eve")
    with pytest.raises(InvalidStatus) as refusal:
        await eve.connect(999_999)
    body = refusal.value.response.body
    assert body is not None
    assert b'"type":"error"' in body
    assert b'"code":"not_a_member"' in body


@pytest.mark.parametrize(
    "path", ["/ws/chat/abc/", "/ws/chat/", "/ws/other/", "/ws/chat/1/2", "/ws/chat/-1/"]
)
async def test_unknown_path_is_404(shared_server: Server, path: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        await connect(shared_server.ws_url + path, proxy=None)
    assert refusal.value.response.status_code == 404


async def test_room_number_of_any_length_is_no_failure(person: MakePerson) -> None:
    alice = await person("alice")
    assert await alice.refused(int("9" * 4000)) in {403, 404}
    with pytest.raises(InvalidStatus) as refusal:
        await connect(
            f"{alice.server.ws_url}/ws/chat/{'9' * 5000}/",
            additional_headers={"Cookie": alice.cookie},
            proxy=None,
        )
    assert refusal.value.response.status_code in {400, 403, 404}


@pytest.mark.parametrize("kind", ["text", "binary"])
async def test_too_big_a_frame_closes_with_1009_and_harms_nobody(
    person: MakePerson, kind: str
) -> None:
    two = await talk(person)
    await two.a.send_raw("x" * 70_000 if kind == "text" else b"x" * 70_000)
    assert await two.a.closed() == 1009
    frames = await two.b.frames_until("user_status", is_online=False)
    assert len(frames) == 1
    await two.b.say("still here")


async def test_largest_frame_is_let_in(person: MakePerson) -> None:
    """4,000 characters, each written as a pair of escapes."""
    two = await talk(person)
    await two.a.send({"type": "chat_message", "message": "😀" * 4000, "client_id": "😀" * 64})
    await two.a.expect("message_sent")
    assert await barrier(two.a) == []


async def test_restart_asks_to_come_back(server: StartServer, person: MakePerson) -> None:
    """1012 at once, not after the time-out of requests under way, and no stack trace."""
    node = await server()
    two = await talk(person, on=node)
    await node.stop()
    assert (await two.a.closed(), await two.b.closed()) == (1012, 1012)


async def test_server_ends_at_once_when_all_have_left(
    server: StartServer, person: MakePerson
) -> None:
    node = await server()
    two = await talk(person, on=node)
    await two.a.close()
    await two.b.close()
    await node.stop()
