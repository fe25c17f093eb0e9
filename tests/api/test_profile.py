"""What people choose for themselves, by the JSON API, and what others hear of it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.person import PASSWORD, Person
from tests.support.talk import Talk, talk


async def choose(person: Person, **choices: str) -> dict[str, Any]:
    """PATCH /api/profile; return the answer."""
    answer = await person.http.patch("/api/profile", json=choices)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_choices_are_kept(person: MakePerson) -> None:
    anna = await person("anna")
    empty = ("display_name", "language", "theme", "time_format", "time_zone")
    someone: dict[str, Any] = {"id": anna.id, "username": anna.username}
    unseen: dict[str, Any] = {"presence": "auto", "status": None, "picture": ""}
    nothing: dict[str, Any] = {**dict.fromkeys(empty, ""), **unseen}
    assert (await anna.http.get("/api/profile")).json() == someone | nothing
    chosen = {"display_name": "Анна Каренина", "language": "en", "theme": "dark"}
    assert await choose(anna, **chosen) == someone | nothing | chosen
    assert await choose(anna, time_format="24") == someone | nothing | chosen | {
        "time_format": "24"
    }
    assert await choose(anna, display_name="  ", language="") == someone | nothing | {
        "theme": "dark",
        "time_format": "24",
        "time_zone": "",
        **unseen,
    }
    assert (await anna.http.get("/api/session")).json() == someone


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"display_name": "x" * 65}, "bad_display_name"),
        ({"display_name": "a\u202eb"}, "bad_display_name"),
        ({"display_name": None}, "bad_field"),
        ({"language": "de"}, "bad_field"),
        ({"theme": "auto"}, "bad_field"),
        ({"time_format": 24}, "bad_field"),
        ({"time_zone": "Europe"}, "bad_time_zone"),
        ({"time_zone": "../etc/passwd"}, "bad_time_zone"),
        ({"time_zone": "posixrules"}, "bad_time_zone"),
        ({"time_zone": "right/UTC"}, "bad_time_zone"),
        ({"time_zone": "x" * 65}, "bad_field"),
        ({"browser_time_zone": "Mars/Olympus"}, "bad_time_zone"),
    ],
)
async def test_choices_that_there_are_not(
    choice: dict[str, Any], code: str, person: MakePerson
) -> None:
    anna = await person("anna")
    answer = await anna.http.patch("/api/profile", json={"display_name": "Anna"} | choice)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await anna.http.get("/api/profile")).json()["display_name"] == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Анна \n Ким ", "Анна Ким"), ("Anna \U0001f469\u200d\U0001f4bb",) * 2, (" \n ", "")],
)
async def test_names_with_more_than_letters(typed: str, kept: str, person: MakePerson) -> None:
    anna = await person("anna")
    await choose(anna, display_name="Anna")
    assert (await choose(anna, display_name=typed))["display_name"] == kept


async def test_nobody_takes_the_username_of_another(person: MakePerson) -> None:
    anna, boris = await person("anna"), await person("boris")
    for name in (anna.username.upper(), f" {anna.username} "):
        taken = await boris.http.patch("/api/profile", json={"display_name": name})
        assert (taken.status_code, taken.json()["code"]) == (409, "username_taken")
    await choose(anna, display_name=anna.username.upper())


async def test_display_name_stands_beside_the_username(person: MakePerson) -> None:
    two = await talk(person, read="manual")
    await choose(two.alice, display_name="Алиса")
    changed: dict[str, Any] = {"user_id": two.alice.id, "display_name": "Алиса"}
    changed["username"] = two.alice.username
    for chat in (two.a, two.b):
        assert check(await chat.next()) == {"type": "user_changed"} | changed
    # Connections that were open before speak under the new name, and those made now.
    for chat in (two.a, await two.alice.connect(two.room, read="manual")):
        await chat.send({"type": "typing", "is_typing": True})
        await two.b.expect("typing_indicator", **changed, is_typing=True)
        await chat.say("hello")
        check(await two.b.expect("chat_message", **changed))
        await chat.send({"type": "typing", "is_typing": False})
        await two.b.expect("typing_indicator", **changed, is_typing=False)
    await two.bob.post(two.room, "read me")
    await two.a.send({"type": "mark_read"})
    await two.b.expect("messages_read", **changed)
    assert (await two.a.expect("messages_marked_read")).keys() == {"type", "room_id", "message_id"}
    hello, _, answer = await two.bob.messages(two.room)
    assert changed.items() <= hello.items()
    assert "display_name" not in answer
    names = {m["username"]: m["display_name"] for m in (await two.bob.room(two.room))["members"]}
    assert names == {two.alice.username: "Алиса", two.bob.username: ""}
    late = await two.bob.connect(two.room, after=0)
    assert changed.items() <= check(await late.next()).items()
    await late.expect("user_status", **changed, message="Алиса в сети")


async def test_direct_conversation_is_called_by_the_new_name(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    room = await alice.direct(bob)
    lobby = await bob.lobby()
    await choose(alice, display_name="Алиса")
    changed = await lobby.expect("room_changed")
    assert (changed["room"]["id"], changed["room"]["name"]) == (room, "Алиса")


async def test_display_name_taken_back(person: MakePerson) -> None:
    two = await talk(person)
    await choose(two.alice, display_name="Алиса")
    await choose(two.alice, display_name="")
    assert [await two.b.expect("user_changed") for _ in "ab"][1]["display_name"] == ""
    await choose(two.alice, display_name="", theme="dark")
    await two.a.say("hello")
    frame = check(await two.b.next())
    assert frame["type"] == "chat_message"
    assert "display_name" not in frame
    await barrier(two.a, two.b)


async def test_password_change_ends_all_other_logins(person: MakePerson) -> None:
    two: Talk = await talk(person)
    elsewhere = await two.alice.at(two.alice.server)
    other = await elsewhere.connect(two.room)
    await other.say("still there?")
    wrong = {"password": "wrong password", "new_password": "a new password"}
    answer = await two.alice.http.post("/api/password", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_password")
    short = {"password": PASSWORD, "new_password": "short"}
    answer = await two.alice.http.post("/api/password", json=short)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_password")
    await other.say("still there!")

    change = {"password": PASSWORD, "new_password": "a new password"}
    assert (await two.alice.http.post("/api/password", json=change)).status_code == 204
    assert await other.closed() == 4401
    assert (await elsewhere.http.get("/api/session")).status_code == 401
    await two.a.say("I am still here")
    old = {"username": two.alice.username, "password": PASSWORD}
    assert (await elsewhere.http.post("/api/session", json=old)).status_code == 401
    await elsewhere.login(two.alice.username, "a new password")
    await elsewhere.close()


async def test_logins_are_listed_and_ended_one_by_one(person: MakePerson) -> None:
    two = await talk(person)
    phone = await two.alice.at(two.alice.server)
    socket = await phone.connect(two.room)
    mine, other = await logins(two.alice)
    assert (mine["is_current"], other["is_current"]) == (True, False)
    assert mine.keys() == {"id", "user_agent", "created_at", "last_used_at", "is_current"}
    assert mine["user_agent"].startswith("python-httpx/")
    # Not another person's, nor one that there is not.
    for ended_by, which in ((two.bob, other["id"]), (two.alice, 2**70)):
        assert (await ended_by.http.delete(f"/api/sessions/{which}")).status_code == 404
    await socket.say("still there")
    assert (await two.alice.http.delete(f"/api/sessions/{other['id']}")).status_code == 204
    assert await socket.closed() == 4401
    assert await logins(two.alice) == [mine]
    await two.a.say("so am I")
    # One's own, too: the cookie goes with it.
    assert (await two.alice.http.delete(f"/api/sessions/{mine['id']}")).status_code == 204
    assert await two.a.closed() == 4401
    assert not two.alice.cookie
    await phone.close()


async def test_all_other_logins_are_ended_at_once(person: MakePerson) -> None:
    two = await talk(person)
    others = [await two.alice.at(two.alice.server) for _ in range(2)]
    sockets = [await other.connect(two.room) for other in others]
    await sockets[0].say("still there")
    assert (await two.alice.http.delete("/api/sessions")).status_code == 204
    assert [await socket.closed() for socket in sockets] == [4401, 4401]
    assert [login["is_current"] for login in await logins(two.alice)] == [True]
    await two.a.say("I am")
    await two.b.say("And I, of course")
    for other in others:
        await other.close()


async def logins(person: Person) -> list[dict[str, Any]]:
    """GET /api/sessions: the asker's own first."""
    found = (await person.http.get("/api/sessions")).json()["sessions"]
    return sorted(found, key=lambda login: not login["is_current"])


async def test_pages_tell_the_time_of_their_reader(person: MakePerson) -> None:
    """In the zone that was chosen, else in that of a browser, else in UTC, which is said then."""
    anna = await person("anna")
    room = await anna.create_room()
    await anna.post(room, "late in the day")
    (message,) = (await anna.http.get(f"/api/rooms/{room}/messages")).json()["messages"]
    sent = datetime.fromisoformat(message["timestamp"])

    async def shows(zone: str) -> None:
        there = sent.astimezone(ZoneInfo(zone))
        page = (await anna.http.get(f"/rooms/{room}/")).text
        assert f">{there:%H:%M}</time>" in page
        assert f'data-day="{there:%Y-%m-%d}"' in page

    await shows("UTC")
    assert "UTC</time>" in (await anna.http.get("/profile")).text
    for choice, zone in (
        ({"browser_time_zone": "Pacific/Kiritimati"}, "Pacific/Kiritimati"),
        ({"time_zone": "Pacific/Pago_Pago"}, "Pacific/Pago_Pago"),
        ({"time_zone": ""}, "Pacific/Kiritimati"),
    ):
        await choose(anna, **choice)
        await shows(zone)
    page = (await anna.http.get("/profile")).text
    assert "UTC</time>" not in page
    assert "(Pacific/Kiritimati)" in page


async def test_sockets_refuse_in_the_chosen_language(person: MakePerson) -> None:
    anna = await person("anna")
    await choose(anna, language="en")
    chat = await anna.connect(await anna.create_room())
    await chat.send_raw("{}")
    assert (await chat.expect("error"))["message"].startswith("Frame was not understood")
