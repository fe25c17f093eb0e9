"""One's own words in rooms that one has left: deleted one by one, or all of them."""

from typing import Any

import httpx

from tests.support.factories import MakePerson, StartServer
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import let_pass

GONE = "Message deleted"


async def removed(
    person: MakePerson, server: StartServer, database_url: str
) -> tuple[Person, Person, int]:
    """Alice, in whose room Boris has said two things, and who has removed him, and their room."""
    node = await server(DATABASE_URL=database_url)
    alice, boris = await person("alice", on=node), await person("boris", on=node)
    room = await alice.create_room(boris)
    for who, text in ((boris, "mine"), (alice, "hers"), (boris, "mine too")):
        await who.post(room, text)
    await alice.remove_member(room, boris.id)
    boris.http.headers["Accept-Language"] = "en"
    return alice, boris, room


def where(room: int, number: int) -> str:
    return f"/api/rooms/{room}/messages/{number}"


async def texts(reader: Person, room: int) -> list[Any]:
    return [
        GONE if each.get("is_deleted") else each["message"] for each in await reader.messages(room)
    ]


async def test_one_message(person: MakePerson, server: StartServer, database_url: str) -> None:
    """What is not theirs is answered as all else of a room that they are not in."""
    alice, boris, room = await removed(person, server, database_url)
    chat = await alice.connect(room)
    await chat.expect("ready")
    for _ in range(2):
        assert (await boris.http.delete(where(room, 1))).status_code == httpx.codes.NO_CONTENT
    frame = await chat.expect("messages_removed")
    assert (frame["count"], frame["by"], frame["of"]) == (1, boris.id, boris.id)
    assert await texts(alice, room) == [GONE, "hers", "mine too"]
    elsewhere = await boris.http.delete(where(room + 1, 1))
    assert elsewhere.status_code == httpx.codes.FORBIDDEN
    for number in (2, 4, 10**9):
        answer = await boris.http.delete(where(room, number))
        assert (answer.status_code, answer.json()) == (elsewhere.status_code, elsewhere.json())
    # Nothing else can be done to it, nor is it shown.
    for answer in (
        await boris.http.get(where(room, 3)),
        await boris.http.patch(where(room, 3), json={"message": "other"}),
        await boris.http.delete(f"{where(room, 3)}/versions"),
    ):
        assert answer.status_code == httpx.codes.FORBIDDEN
    # Whose they are, theirs they stay, also of who is banned.
    banned = await alice.http.put(f"/api/rooms/{room}/bans/{boris.id}", json={"reason": "x"})
    assert banned.is_success, banned.text
    refused = await boris.http.delete(where(room, 2))
    assert refused.json()["code"].startswith("room_banned")
    assert (await boris.http.delete(where(room, 3))).status_code == httpx.codes.NO_CONTENT
    assert await texts(alice, room) == [GONE, "hers", GONE]


async def test_all_of_them(person: MakePerson, server: StartServer, sqlite_url: str) -> None:
    """By pages without scripts; who has been logged in for long shows first that it is them."""
    alice, boris, room = await removed(person, server, sqlite_url)
    mine = "/profile/data"
    page = f"{mine}/rooms/{room}/delete"
    assert page not in (await alice.http.get(mine)).text
    for act in (alice.http.get, alice.http.post):
        assert (await act(page)).status_code == httpx.codes.NOT_FOUND
    listed = (await boris.http.get(mine)).text
    assert page in listed
    assert "Kitchen" in listed
    # How it is called since is not theirs to know.
    await alice.rename_room(room, "Secret plans")
    listed = (await boris.http.get(mine)).text
    assert "A room that has another name now" in listed
    assert "Secret plans" not in listed
    asked = await boris.http.get(page)
    assert "2 messages" in asked.text
    let_pass(boris.server, boris)
    for act in (boris.http.get, boris.http.post):
        answer = await act(page)
        assert answer.status_code == httpx.codes.SEE_OTHER
        assert answer.headers["location"].startswith("/confirm")
    assert await texts(alice, room) == ["mine", "hers", "mine too"]
    await boris.http.post("/api/session/confirm", json={"password": PASSWORD})
    done = await boris.http.post(page)
    assert (done.status_code, done.headers["location"]) == (303, f"{mine}?removed=1")
    assert await texts(alice, room) == [GONE, "hers", GONE]
    after = (await boris.http.get(f"{mine}?removed=1")).text
    assert "Your messages there have been deleted" in after
    assert page not in after
    assert (await boris.http.post(page)).status_code == httpx.codes.NOT_FOUND
